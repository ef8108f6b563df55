namespace Tessera.Data.Storage;

/// <summary>Opens and reads files the user named, so that a failure ends in a sentence rather than a system error.</summary>
internal static class InputFile
{
    /// <exception cref="InvalidInputException">The file is absent or may not be read.</exception>
    public static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidInputException($"File '{path}' does not exist; check the path.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e);
        }
    }

    /// <exception cref="InvalidInputException">The system reports an error.</exception>
    public static int Read(FileStream stream, Span<byte> destination)
    {
        try
        {
            return stream.Read(destination);
        }
        catch (IOException e)
        {
            throw Unreadable(stream.Name, e);
        }
    }

    /// <summary>Files of a directory whose names match a pattern.</summary>
    /// <exception cref="InvalidInputException">The directory may not be read.</exception>
    public static string[] List(string directory, string pattern)
    {
        try
        {
            return Directory.GetFiles(directory, pattern);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(directory, e);
        }
    }

    /// <summary>The sentence for a file or directory that is there but gives an error.</summary>
    public static InvalidInputException Unreadable(string path, Exception cause) =>
        new($"'{path}' cannot be read ({cause.Message.TrimEnd('.')}); check its permissions and that no program holds it open.", cause);
}
