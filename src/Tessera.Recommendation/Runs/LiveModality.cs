namespace Tessera.Recommendation.Runs;

/// <summary>What a run keeps of a modality, so that later items can be described as those trained on.</summary>
/// <param name="Name">Name of the modality.</param>
/// <param name="Dimensions">Number of dimensions of its features, before any scaling.</param>
/// <param name="Weight">α_m, how much it counts where items are compared by content.</param>
internal sealed record LiveModality(string Name, int Dimensions, float Weight)
{
    /// <summary>Its encoder, or null if unknown.</summary>
    public string? Encoder { get; init; }

    /// <summary>Version of the encoder.</summary>
    public string? Version { get; init; }

    /// <summary>Space of its features.</summary>
    public string? Space { get; init; }

    /// <summary>The text fields that were encoded, in order; none where it was a file of texts, null where it was images or nobody knows.</summary>
    public IReadOnlyList<string>? Fields { get; init; }
}
