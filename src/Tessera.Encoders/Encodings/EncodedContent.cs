namespace Tessera.Encoders.Encodings;

/// <summary>What an encoder gives for one content: a result, or why there is none.</summary>
/// <param name="Value">The result's bytes.</param>
/// <param name="Problem">Why there is none, as the end of a sentence.</param>
/// <param name="Truncated">Whether the result is cut off at the most tokens.</param>
internal readonly record struct EncodedContent(byte[]? Value, string? Problem, bool Truncated = false)
{
    /// <summary>The problem of a vector of zeros, which mean missing.</summary>
    public const string AllZeros = "the encoder finds nothing in it: its vector is all zeros";
}
