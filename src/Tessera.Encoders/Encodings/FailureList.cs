using Tessera.Data;

namespace Tessera.Encoders.Encodings;

/// <summary>The items without a result as a file, each with the reason: <c>{"item": "…", "reason": "…"}</c>.</summary>
internal static class FailureList
{
    /// <summary>Where the failures of a modality, or of <c>descriptions</c>, are listed.</summary>
    public static string PathOf(string directory, string name) => Path.Combine(directory, $"{name}_failures.jsonl");

    /// <summary>Writes the file whole; where there are no failures, deletes what an earlier run left.</summary>
    /// <exception cref="StorageException">The file cannot be written.</exception>
    public static void Write(string directory, string name, IReadOnlyList<(string Id, string Reason)> failures)
    {
        string path = PathOf(directory, name);
        if (failures.Count == 0) StorageException.Guard($"File '{path}'", () => File.Delete(path));
        else ItemLines.Write(path, failures.Select(failure => new { Item = failure.Id, failure.Reason }));
    }
}
