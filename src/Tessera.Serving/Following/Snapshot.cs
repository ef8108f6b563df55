using System.Collections.Immutable;
using Tessera.Data;
using Tessera.Data.Storage;

namespace Tessera.Serving.Following;

/// <summary>
/// What a model that is served knows of the log up to a position, beside what the catalog says of items: all that reading the log again would come to. It lies
/// in a folder of the run that no other store shares, and is as good for other processes on the same store.
/// </summary>
/// <param name="Run">SHA-256 of the run's configuration.</param>
/// <param name="Store">What tells the store and its namespace from others.</param>
/// <param name="Position">Position of the last entry that is in it.</param>
/// <param name="Removed">Numbers of the run's items that were deleted.</param>
/// <param name="Forgotten">Numbers of the run's users who were erased or merged into others.</param>
/// <param name="Histories">Ids of the items that users liked, by user.</param>
internal sealed record Snapshot(
    string Run, string Store, long Position, IReadOnlyList<int> Removed, IReadOnlyList<int> Forgotten, IReadOnlyDictionary<string, ImmutableArray<string>> Histories)
{
    /// <summary>What the names of the folders begin with.</summary>
    public const string FolderPrefix = "served-";

    private const string FileName = "histories.json";
    private const int MostKept = 10; // beside one run: a store that nobody uses any more leaves one behind

    /// <summary>Writes it over the earlier one, whole or not at all.</summary>
    /// <exception cref="InvalidInputException">Another process is writing it.</exception>
    /// <exception cref="StorageException">The system refuses.</exception>
    public void Write(string path)
    {
        using var folder = new AtomicFolder(path, replace: true);
        folder.Guarded(() => Checksums.Write(folder.Path, [(FileName, JsonRecord.Write(folder.In(FileName), this))]));
        folder.Complete();
    }

    /// <summary>Deletes those that were written longest ago, where a run has too many. Whose is deleted reads the log instead.</summary>
    /// <param name="run">The run's folder.</param>
    public static void DropOldest(string run)
    {
        try
        {
            DirectoryInfo[] all = new DirectoryInfo(run).GetDirectories($"{FolderPrefix}*");
            IEnumerable<DirectoryInfo> whole = all.Where(folder => folder.Extension.Length == 0);
            foreach (DirectoryInfo oldest in whole.OrderByDescending(folder => folder.LastWriteTimeUtc).Skip(MostKept)) oldest.Delete(recursive: true);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            // It is deleted another time.
        }
    }

    /// <summary>Deletes the one in a folder, and what a write that was cut off left beside it.</summary>
    /// <returns>The folder that the system does not let go; null for none.</returns>
    public static string? DeleteAll(string path)
    {
        string[] all = [path, path + AtomicFolder.ReplacedSuffix, path + AtomicFolder.PartialSuffix];
        foreach (string one in all) Delete(one);
        return Array.Find(all, Directory.Exists);
    }

    /// <summary>Deletes the one in a folder, as far as the system lets it.</summary>
    public static void Delete(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            // The next one comes in its place.
        }
    }

    /// <summary>Reads the one in a folder; null where there is none.</summary>
    /// <exception cref="InvalidInputException">It is damaged.</exception>
    public static Snapshot? Read(string path)
    {
        const string remedy = "expected what the service wrote; without it the log is read from where the model was trained to, so delete the folder";
        if (!Directory.Exists(path)) return null;
        if (Checksums.FindDamage(path, FileName) is { } damage) throw new InvalidInputException($"'{path}' is damaged ({damage}); {remedy}.");
        return JsonRecord.ReadIfPresent<Snapshot>(Path.Combine(path, FileName), "does not say what users did", remedy);
    }
}
