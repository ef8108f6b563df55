namespace Tessera.Data.Storage;

/// <summary>Writes a file whole or not at all, and says so where the system refuses.</summary>
internal static class WholeFile
{
    /// <returns>SHA-256 of the content, 64 lower-case hexadecimal digits.</returns>
    /// <exception cref="InvalidInputException">The system refuses to write there.</exception>
    public static string Write(string path, Action<Stream> write)
    {
        try
        {
            return AtomicFile.Write(path, write);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(
                $"File '{path}' cannot be written ({e.Message.TrimEnd('.')}); "
                + "expected a folder with room that you may write to, so choose another.", e);
        }
    }
}
