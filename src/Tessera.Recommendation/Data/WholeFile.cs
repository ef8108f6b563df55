using Tessera.Recommendation.Checkpoints;

namespace Tessera.Recommendation.Data;

/// <summary>Writes a file whole or not at all, and says so where the system refuses.</summary>
internal static class WholeFile
{
    /// <exception cref="InvalidInputException">The system refuses to write there.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        try
        {
            AtomicFile.Write(path, write);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(
                $"File '{path}' cannot be written ({e.Message.TrimEnd('.')}); "
                + "expected a folder with room that you may write to, so choose another.", e);
        }
    }
}
