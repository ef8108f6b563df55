using System.Globalization;
using System.Text;

namespace Tessera.Data.Storage;

/// <summary>The one way to open files to read: a failure ends in a sentence, and what is no regular file is refused before it is opened.</summary>
internal static class InputFile
{
    /// <summary>Opens a file that can be read from any position.</summary>
    /// <exception cref="InvalidInputException">The file is absent, may not be read, or is not a regular file.</exception>
    public static FileStream Open(string path)
    {
        if (Directory.Exists(path)) throw new InvalidInputException($"'{path}' is a folder; expected a file, so name one in it.");
        RefuseSpecial(path);
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1, FileOptions.SequentialScan);
            if (file.CanSeek) return file;
            file.Dispose();
        }
        catch (Exception cause) when (cause is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidInputException($"File '{path}' does not exist; check the path.", cause);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Unreadable(path, cause);
        }

        throw Special(path);
    }

    /// <summary>Opens a text file, UTF-8.</summary>
    /// <exception cref="InvalidInputException">The file is absent, may not be read, or is not a regular file.</exception>
    public static StreamReader OpenText(string path) => new(Open(path), Encoding.UTF8, detectEncodingFromByteOrderMarks: true);

    /// <summary>The bytes of a file.</summary>
    /// <exception cref="InvalidInputException">The file is absent, cannot be read, is not a regular file, or has 2 GiB or more.</exception>
    public static byte[] ReadBytes(string path)
    {
        using FileStream file = Open(path);
        if (file.Length > Array.MaxLength)
        {
            throw new InvalidInputException(string.Create(
                CultureInfo.InvariantCulture, $"File '{path}' has {file.Length / (double)(1L << 30):0.0} GiB; expected less than 2 GiB, so check that it is the right file, and name a smaller one."));
        }

        try
        {
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (IOException cause)
        {
            throw Unreadable(path, cause);
        }
    }

    /// <summary>A text file whole, UTF-8.</summary>
    /// <exception cref="InvalidInputException">The file is absent, cannot be read, or is not a regular file.</exception>
    public static string ReadText(string path)
    {
        using StreamReader reader = OpenText(path);
        try
        {
            return reader.ReadToEnd();
        }
        catch (IOException cause)
        {
            throw Unreadable(path, cause);
        }
    }

    /// <summary>The lines of a text file, UTF-8, one at a time.</summary>
    /// <exception cref="InvalidInputException">The file is absent, may not be read, or is not a regular file.</exception>
    public static IEnumerable<string> ReadLines(string path)
    {
        using StreamReader reader = OpenText(path);
        while (reader.ReadLine() is { } line) yield return line;
    }

    /// <summary>Refuses a path that leads to a pipe, a device or a socket, for a library that opens it by itself.</summary>
    /// <exception cref="InvalidInputException">It does.</exception>
    public static void RefuseSpecial(string path)
    {
        if (FileKind.IsSpecial(path)) throw Special(path);
    }

    /// <summary>Files of a directory whose names match a pattern.</summary>
    /// <exception cref="InvalidInputException">The directory may not be read.</exception>
    public static string[] List(string directory, string pattern)
    {
        try
        {
            return Directory.GetFiles(directory, pattern);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(directory, cause);
        }
    }

    private static InvalidInputException Special(string path) =>
        new($"'{path}' is a pipe, a device or a socket; expected a file, so save what it gives first and name that.");

    /// <summary>The sentence for a file or directory that exists but cannot be read.</summary>
    public static InvalidInputException Unreadable(string path, Exception cause) =>
        new($"'{path}' cannot be read ({cause.Message.TrimEnd('.')}); check its permissions, the disk, and that no program holds it open.", cause);
}
