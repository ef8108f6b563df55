using System.Security.Cryptography;
using System.Text;

namespace Tessera.Data.Storage;

/// <summary>
/// SHA-256 of files, 64 lower-case hexadecimal digits each, and lists of them that <c>sha256sum --check</c> verifies as well. A list can
/// also hold the checksums of a file's blocks, in comments, so that a part of a large file is checked without reading the rest.
/// </summary>
internal static class Checksums
{
    /// <summary>Name of the list in a folder.</summary>
    public const string FileName = "SHA256SUMS";

    /// <summary>Bytes in a block, the last one apart.</summary>
    public const int BlockSize = 1 << 20;

    /// <summary>The checksum of a file.</summary>
    public static string Of(string path)
    {
        using FileStream file = InputFile.Open(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>The checksum of the file that holds a text in UTF-8.</summary>
    public static string OfText(string text) => Of(Encoding.UTF8.GetBytes(text));

    /// <summary>The checksum of bytes.</summary>
    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>Writes the list of a folder's files.</summary>
    /// <exception cref="StorageException">The system refuses.</exception>
    public static void Write(string folder, params IEnumerable<(string File, string Checksum)> files) => Write(folder, files, []);

    /// <summary>Writes the list of a folder's files, with the checksums of the blocks of some.</summary>
    /// <exception cref="StorageException">The system refuses.</exception>
    public static void Write(string folder, IEnumerable<(string File, string Checksum)> files, IEnumerable<string> inBlocks) => AtomicFile.WriteText(
        Path.Combine(folder, FileName),
        string.Concat(files.Select(file => Line(file.File, file.Checksum) + "\n")) + string.Concat(inBlocks.Select(file => BlockLines(folder, file))));

    /// <summary>What is wrong with a folder's files, such as "a.txt is missing", or null where all match the list.</summary>
    public static string? FindDamage(string folder, params IEnumerable<string> files) => FindDamage(folder, out _, files);

    /// <inheritdoc cref="FindDamage(string, IEnumerable{string})"/>
    /// <param name="last">The checksum of the last file looked at.</param>
    public static string? FindDamage(string folder, out string last, params IEnumerable<string> files)
    {
        last = "";
        string list = Path.Combine(folder, FileName);
        if (!File.Exists(list)) return $"{FileName} is missing";
        HashSet<string> lines = [.. Lines(list)];
        foreach (string file in files)
        {
            string path = Path.Combine(folder, file);
            if (!File.Exists(path)) return $"{file} is missing";
            last = Of(path);
            if (!lines.Contains(Line(file, last))) return $"{file} does not match its checksum in {FileName}";
        }

        return null;
    }

    /// <summary>Whether the list of a folder has a file.</summary>
    public static bool Lists(string folder, string file)
    {
        string list = Path.Combine(folder, FileName);
        return File.Exists(list) && Lines(list).Any(line => !line.StartsWith('#') && line.EndsWith($"  {file}", StringComparison.Ordinal));
    }

    /// <summary>The checksums of a file's blocks, in order; empty where the list has none.</summary>
    /// <exception cref="InvalidInputException">There is no list.</exception>
    public static string[] BlocksOf(string folder, string file)
    {
        string list = Path.Combine(folder, FileName), end = BlockEnd(file);
        if (!File.Exists(list)) throw new InvalidInputException($"There is no '{list}', by which '{file}' is checked; restore it.");
        return
        [
            .. Lines(list).Where(line => line.StartsWith("# ", StringComparison.Ordinal) && line.EndsWith(end, StringComparison.Ordinal))
                .Select(line => line[2..^end.Length]),
        ];
    }

    private static string BlockLines(string folder, string file)
    {
        var lines = new StringBuilder();
        var block = new byte[BlockSize];
        using FileStream content = InputFile.Open(Path.Combine(folder, file));
        while (content.ReadAtLeast(block, BlockSize, throwOnEndOfStream: false) is > 0 and int length)
            lines.Append("# ").Append(Of(block.AsSpan(0, length))).Append(BlockEnd(file)).Append('\n');
        return lines.ToString();
    }

    private static IEnumerable<string> Lines(string list)
    {
        using var reader = new StreamReader(InputFile.Open(list));
        while (reader.ReadLine() is { } line) yield return line;
    }

    private static string BlockEnd(string file) => $"  next MiB of {file}";

    private static string Line(string file, string checksum) => $"{checksum}  {file}";
}
