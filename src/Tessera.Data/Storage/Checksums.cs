using System.Security.Cryptography;

namespace Tessera.Data.Storage;

/// <summary>SHA-256 of files, 64 lower-case hexadecimal digits each, and lists of them that <c>sha256sum --check</c> verifies as well.</summary>
internal static class Checksums
{
    /// <summary>Name of the list in a folder.</summary>
    public const string FileName = "SHA256SUMS";

    /// <summary>The checksum of a file.</summary>
    public static string Of(string path)
    {
        using FileStream file = InputFile.Open(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>Writes the list of a folder's files.</summary>
    /// <exception cref="StorageException">The system refuses.</exception>
    public static void Write(string folder, params IEnumerable<(string File, string Checksum)> files) =>
        AtomicFile.WriteText(Path.Combine(folder, FileName), string.Concat(files.Select(file => Line(file.File, file.Checksum) + "\n")));

    /// <summary>What is wrong with a folder's files, such as "a.txt is missing", or null where all match the list.</summary>
    public static string? FindDamage(string folder, params IEnumerable<string> files)
    {
        string list = Path.Combine(folder, FileName);
        if (!File.Exists(list)) return $"{FileName} is missing";
        string[] lines = [.. InputFile.ReadLines(list)];
        foreach (string file in files)
        {
            string path = Path.Combine(folder, file);
            if (!File.Exists(path)) return $"{file} is missing";
            if (!lines.Contains(Line(file, Of(path)))) return $"{file} does not match its checksum in {FileName}";
        }

        return null;
    }

    private static string Line(string file, string checksum) => $"{checksum}  {file}";
}
