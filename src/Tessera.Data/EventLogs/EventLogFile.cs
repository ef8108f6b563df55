using System.Security.Cryptography;
using System.Text;
using Tessera.Data.Storage;

namespace Tessera.Data.EventLogs;

/// <summary>Reads an event log's files; one that was read to its end is compared with its checksum.</summary>
internal static class EventLogFile
{
    private const int BufferSize = 1 << 16;

    /// <summary>The records that <paramref name="read"/> finds in the file, then a check of the whole content.</summary>
    /// <exception cref="InvalidInputException">The file is absent, or its content is not that of the checksum.</exception>
    public static IEnumerable<T> Verified<T>(string path, string checksum, Func<Stream, IEnumerable<T>> read)
    {
        using FileStream file = InputFile.Open(path);
        using var hash = SHA256.Create();
        using (var hashed = new CryptoStream(file, hash, CryptoStreamMode.Read, leaveOpen: true))
        using (var buffered = new BufferedStream(hashed, BufferSize))
        {
            foreach (T record in read(buffered)) yield return record;
            buffered.CopyTo(Stream.Null);
        }

        if (Convert.ToHexStringLower(hash.Hash!) != checksum) throw Damaged(path, "its content does not match its checksum");
    }

    /// <summary>Names, one per line, each once.</summary>
    public static string[] ReadNames(string path, string checksum, int count)
    {
        var names = new OrderedDictionary<string, bool>(StringComparer.Ordinal);
        foreach (string name in Verified(path, checksum, Lines))
        {
            if (ExternalId.Fault(name) is { } fault) throw Damaged(path, $"line {names.Count + 1} has the name {SourceText.Quoted(name)}, which {fault}");
            if (!names.TryAdd(name, true)) throw Damaged(path, $"lines {names.IndexOf(name) + 1} and {names.Count + 1} have the same name {SourceText.Quoted(name)}");
        }

        return names.Count == count ? [.. names.Keys] : throw Damaged(path, $"it has {names.Count} lines for {count} names");
    }

    /// <summary>The lines of a text in UTF-8.</summary>
    public static IEnumerable<string> Lines(Stream stream)
    {
        using var lines = new StreamReader(stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, BufferSize, leaveOpen: true);
        while (lines.ReadLine() is { } line) yield return line;
    }

    public static InvalidInputException Damaged(string path, string how) =>
        new($"'{path}' is damaged: {how}; restore it or make the event log again.");
}
