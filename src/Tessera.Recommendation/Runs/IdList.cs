using System.Text;
using Tessera.Data;
using Tessera.Data.Storage;

namespace Tessera.Recommendation.Runs;

/// <summary>Files of external ids: one a line, blank lines and spaces around an id aside.</summary>
internal static class IdList
{
    /// <summary>The users named, in order, each once.</summary>
    /// <exception cref="InvalidInputException">The file cannot be read or holds no id, or the run has no such user.</exception>
    public static IEnumerable<int> ReadUsers(string path, TrainedRun run)
    {
        Dictionary<string, int> known = Numbers(run.UserCount, run.UserId);
        var users = new OrderedDictionary<int, bool>();
        foreach ((long line, string id) in Read(path))
        {
            if (!known.TryGetValue(id, out int user))
                throw new InvalidInputException($"Line {line} of '{path}' names user {SourceText.Quoted(id)}, who is not in the run; expected ids of its users, so remove the line or train again with that user.");
            users.TryAdd(user, true);
        }

        return users.Keys;
    }

    /// <summary>The items named, and the ids that are of none.</summary>
    /// <exception cref="InvalidInputException">The file cannot be read or holds no id, or none is of an item.</exception>
    public static (IReadOnlyList<int> Items, IReadOnlyList<string> Strangers) ReadItems(string path, TrainedRun run)
    {
        List<int> items = [];
        List<string> strangers = [];
        foreach ((_, string id) in Read(path))
        {
            if (run.TryFindItem(id) is { } item) items.Add(item);
            else strangers.Add(id);
        }

        if (items.Count > 0) return (items, strangers);
        throw new InvalidInputException(
            $"'{path}' names no item of the run: it holds {SourceText.Quoted(strangers[0])}, the run {SourceText.Quoted(run.ItemId(0))}; expected the run's item ids, one a line.");
    }

    private static Dictionary<string, int> Numbers(int count, Func<int, string> name) => Enumerable.Range(0, count).ToDictionary(name);

    private static List<(long Line, string Id)> Read(string path)
    {
        var ids = new List<(long, string)>();
        using var lines = new LineReader(path);
        while (lines.TryRead(out ReadOnlySpan<byte> line))
        {
            string id = Encoding.UTF8.GetString(line).Trim();
            if (id.Length > 0) ids.Add((lines.Line, id));
        }

        return ids.Count > 0 ? ids : throw new InvalidInputException($"'{path}' holds no id; expected one a line.");
    }
}
