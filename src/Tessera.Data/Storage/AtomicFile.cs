using System.Security.Cryptography;
using System.Text;

namespace Tessera.Data.Storage;

/// <summary>Files that exist completely or not at all, however the writing process ends.</summary>
internal static class AtomicFile
{
    /// <summary>Suffix of the name of an unfinished file.</summary>
    public const string TemporarySuffix = ".tmp";

    /// <summary>Writes to <c>path.tmp</c> in the same folder, flushes it to the disk and renames it over the path.</summary>
    /// <param name="path">File to create or replace, where a link leads to; missing folders above it are created.</param>
    /// <param name="write">Writes the content, front to back; the stream cannot seek.</param>
    /// <param name="beforeItAppears">Told the checksum when the content is on the disk, before the file is renamed; or null.</param>
    /// <returns>SHA-256 of the content, 64 lower-case hexadecimal digits.</returns>
    /// <remarks>A leftover temporary file of a killed process is overwritten by the next write and never read.</remarks>
    /// <exception cref="InvalidInputException">A pipe, a device or a socket is in its place.</exception>
    /// <exception cref="StorageException">The system refuses to write there, or another process is writing the same file.</exception>
    public static string Write(string path, Action<Stream> write, Action<string>? beforeItAppears = null) =>
        StorageException.Guard($"File '{path}'", () => Replace(FollowLinks(path), write, beforeItAppears));

    /// <summary>The full path of a file or folder to write: where a link stands, what it leads to, whether that exists or not.</summary>
    /// <exception cref="IOException">The links lead in a circle.</exception>
    public static string FollowLinks(string path)
    {
        var place = new FileInfo(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        return place.LinkTarget is null ? place.FullName : place.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
    }

    /// <summary>Writes a text in UTF-8; see <see cref="Write"/>.</summary>
    /// <exception cref="StorageException">The system refuses.</exception>
    public static string WriteText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>Writes through a buffer, for content that comes in small pieces; see <see cref="Write"/>.</summary>
    /// <exception cref="StorageException">The system refuses.</exception>
    public static string WriteBuffered(string path, Action<Stream> write) => Write(path, stream =>
    {
        using var buffered = new BufferedStream(stream, 1 << 16);
        write(buffered);
    });

    /// <summary>Closes a file whose content is not needed any more: what its buffer holds need not reach the disk, which may be full.</summary>
    public static void Abandon(Stream? file)
    {
        try
        {
            file?.Dispose();
        }
        catch (IOException)
        {
            // The handle is closed all the same.
        }
    }

    private static string Replace(string path, Action<Stream> write, Action<string>? beforeItAppears)
    {
        InputFile.RefuseSpecial(path); // renaming would put a file in its place
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string temporary = path + TemporarySuffix;
        using var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None);
        try
        {
            string checksum = WriteHashed(file, write);
            file.Dispose();
            beforeItAppears?.Invoke(checksum);
            File.Move(temporary, path, overwrite: true);
            return checksum;
        }
        catch
        {
            Abandon(file); // so that the failure that led here is the one told
            File.Delete(temporary);
            throw;
        }
    }

    private static string WriteHashed(FileStream file, Action<Stream> write)
    {
        using SHA256 hash = SHA256.Create();
        var hashed = new CryptoStream(file, hash, CryptoStreamMode.Write, leaveOpen: true); // disposing it would flush again after a failure
        write(hashed);
        if (!hashed.HasFlushedFinalBlock) hashed.FlushFinalBlock(); // a writer that closes the stream has done so
        file.Flush(flushToDisk: true);
        return Convert.ToHexStringLower(hash.Hash!);
    }
}
