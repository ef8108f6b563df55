namespace Tessera.Data;

/// <summary>
/// The input cannot be used. The message is one sentence for the person who gave it: what was found and where,
/// what was expected, and how to fix it.
/// </summary>
public sealed class InvalidInputException : Exception
{
    /// <summary>Creates the exception without a message.</summary>
    public InvalidInputException()
    {
    }

    /// <summary>Creates the exception with its sentence.</summary>
    public InvalidInputException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its sentence and its cause.</summary>
    public InvalidInputException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
