using System.Globalization;
using System.Text;
using Tessera.Data;
using Tessera.Data.Storage;

namespace Tessera.Recommendation.Runs;

internal sealed partial class KnownData
{
    private const string UsersName = "users";
    private const string ItemsName = "items";
    private const string UserIdsName = "user_ids";
    private const string ItemIdsName = "item_ids";

    /// <summary>Writes the file of a run.</summary>
    /// <exception cref="InvalidInputException">An id occurs twice or cannot be written as a line of text.</exception>
    /// <exception cref="StorageException">The system refuses.</exception>
    public static void Write(RunDirectory directory, RunConfig config, Dataset dataset)
    {
        List<SafetensorsTensor> tensors = [];
        foreach ((string name, Interactions split) in new[] { ("train", dataset.Train), ("validation", dataset.Validation), ("test", dataset.Test) })
        {
            tensors.Add(SafetensorsTensor.Of(KnownSplit.Starts(name), split.UserStarts.ToArray()));
            tensors.Add(SafetensorsTensor.Of(KnownSplit.Items(name), split.ItemIndices.ToArray()));
        }

        (string Name, byte[][]? Ids)[] tables = [(UserIdsName, Encoded("user", dataset.UserIds)), (ItemIdsName, Encoded("item", dataset.ItemIds))];
        foreach ((string name, byte[][]? ids) in tables)
        {
            if (ids is null) continue;
            tensors.Add(SafetensorsTensor.Of(IdTable.Starts(name), StartsOf(ids)));
            tensors.Add(SafetensorsTensor.Of(IdTable.Order(name), OrderOf(ids, name)));
        }

        // Bytes come last, so that all numbers stand at multiples of their size.
        foreach ((string name, byte[][]? ids) in tables)
            if (ids is not null) tensors.Add(SafetensorsTensor.Of(name, Lines(ids)));
        SafetensorsWriter.Write(directory.KnownFile, tensors, new Dictionary<string, string>(RunDirectory.Mark(directory.KnownFile, config))
        {
            [UsersName] = dataset.Users.ToString(CultureInfo.InvariantCulture),
            [ItemsName] = dataset.Items.ToString(CultureInfo.InvariantCulture),
        });
    }

    private static byte[][]? Encoded(string kind, IReadOnlyList<string>? ids)
    {
        if (ids is null) return null;
        string? unfit = ids.FirstOrDefault(id => id.Contains('\n', StringComparison.Ordinal) || SourceText.HasLoneSurrogate(id));
        return unfit is null ? [.. ids.Select(Encoding.UTF8.GetBytes)]
            : throw new InvalidInputException($"The {kind} id {SourceText.Quoted(unfit)} cannot be written as a line of text; expected one without line ends and broken characters, so rename it.");
    }

    private static int[] StartsOf(byte[][] ids)
    {
        var starts = new int[ids.Length + 1];
        for (int number = 0; number < ids.Length; number++) starts[number + 1] = checked(starts[number] + ids[number].Length + 1);
        return starts;
    }

    private static int[] OrderOf(byte[][] ids, string name)
    {
        int[] order = [.. Enumerable.Range(0, ids.Length)];
        Array.Sort(order, (a, b) => ids[a].AsSpan().SequenceCompareTo(ids[b]));
        for (int place = 1; place < order.Length; place++)
        {
            if (ids[order[place]].AsSpan().SequenceEqual(ids[order[place - 1]]))
                throw new InvalidInputException(
                    $"The id {SourceText.Quoted(ids[order[place]])} is twice in the data set's {name.Replace('_', ' ')}; expected distinct ones, so rename one.");
        }

        return order;
    }

    private static byte[] Lines(byte[][] ids)
    {
        var lines = new byte[StartsOf(ids)[^1]];
        int end = 0;
        foreach (byte[] id in ids)
        {
            id.CopyTo(lines, end);
            end += id.Length;
            lines[end++] = (byte)'\n';
        }

        return lines;
    }
}
