namespace Tessera.Data;

/// <summary>
/// The input cannot be used. The message is one sentence for the person who gave it: what was found and where,
/// what was expected, and how to fix it.
/// </summary>
/// <param name="message">The sentence.</param>
/// <param name="innerException">What led to it, or null.</param>
public sealed class InvalidInputException(string message, Exception? innerException = null) : Exception(message, innerException);
