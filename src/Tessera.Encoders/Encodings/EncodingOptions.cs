namespace Tessera.Encoders.Encodings;

/// <summary>How much is encoded at once.</summary>
public sealed record EncodingOptions
{
    /// <summary>Most contents in one call of the encoder.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>A batch that has this many bytes takes no further content.</summary>
    public int BatchBytes { get; init; } = 1 << 20;

    /// <summary>Most calls of the encoder at the same time.</summary>
    public int Parallel { get; init; } = 4;
}
