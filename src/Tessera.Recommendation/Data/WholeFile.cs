namespace Tessera.Recommendation.Data;

/// <summary>Writes a file so that it is either there whole or not at all: to a temporary name, flushed, then renamed.</summary>
internal static class WholeFile
{
    /// <exception cref="InvalidInputException">The system refuses to write there.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string temporary = path + ".tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(
                $"File '{path}' cannot be written ({e.Message.TrimEnd('.')}); "
                + "expected a folder with room that you may write to, so choose another.", e);
        }
    }
}
