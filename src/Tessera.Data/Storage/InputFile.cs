namespace Tessera.Data.Storage;

/// <summary>Opens files to read, so that a failure ends in a sentence rather than a system error.</summary>
internal static class InputFile
{
    /// <summary>Opens a file that can be read from any position.</summary>
    /// <exception cref="InvalidInputException">The file is absent, may not be read, or is not a regular file.</exception>
    public static FileStream Open(string path)
    {
        if (Directory.Exists(path)) throw new InvalidInputException($"'{path}' is a folder; expected a file, so name one in it.");
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
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, cause);
        }

        throw new InvalidInputException($"'{path}' is a pipe or a device; expected a file, so save what it gives first.");
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

    /// <summary>The sentence for a file or directory that exists but cannot be read.</summary>
    public static InvalidInputException Unreadable(string path, Exception cause) =>
        new($"'{path}' cannot be read ({cause.Message.TrimEnd('.')}); check its permissions, the disk, and that no program holds it open.", cause);
}
