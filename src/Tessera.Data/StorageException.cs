namespace Tessera.Data;

/// <summary>
/// The system refuses to write: the disk is full, or a permission is missing. The message is one sentence: what cannot be written,
/// why, and what to do about it.
/// </summary>
/// <param name="message">The sentence.</param>
/// <param name="innerException">The system's refusal, or null.</param>
public sealed class StorageException(string message, Exception? innerException = null) : IOException(message, innerException)
{
    private const string RoomRemedy = "expected a folder with room that you may write to, so make room or choose another";

    /// <summary>Runs code that writes, and says what could not be written if the system refuses.</summary>
    /// <param name="what">What is written, such as "File 'a.txt'".</param>
    /// <param name="write">Does the writing.</param>
    /// <param name="remedy">What is expected, and what to do.</param>
    /// <exception cref="StorageException">The system refuses.</exception>
    internal static T Guard<T>(string what, Func<T> write, string remedy = RoomRemedy)
    {
        try
        {
            return write();
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            Exception system = cause is StorageException { InnerException: { } inner } ? inner : cause;
            throw new StorageException($"{what} cannot be written ({system.Message.TrimEnd('.')}); {remedy}.", system);
        }
    }

    /// <inheritdoc cref="Guard{T}"/>
    internal static void Guard(string what, Action write, string remedy = RoomRemedy) => Guard(
        what,
        () =>
        {
            write();
            return true;
        },
        remedy);
}
