namespace Tessera.Encoders.Encodings;

/// <summary>Progress of an encoding.</summary>
/// <param name="Items">Number of items.</param>
/// <param name="Done">Items processed, with or without a result.</param>
/// <param name="Cached">Those of them whose result was there from before, or from an item with the same content.</param>
/// <param name="Failed">Those of them that have a content and no result.</param>
/// <param name="Elapsed">Time since the start.</param>
public readonly record struct EncodingProgress(int Items, int Done, int Cached, int Failed, TimeSpan Elapsed)
{
    /// <summary>Those of them that have nothing to encode: they name no image, or have no text.</summary>
    public int Empty { get; init; }

    /// <summary>What is done before the first item, such as <c>counting terms</c>; null from the first item on.</summary>
    public string? Stage { get; init; }

    /// <summary>Share of the stage that is done, in (0, 1].</summary>
    public double Share { get; init; }

    /// <summary>Items encoded per second.</summary>
    public double Rate => Elapsed > TimeSpan.Zero ? (Done - Cached - Failed - Empty) / Elapsed.TotalSeconds : 0;

    /// <summary>Time left if all other items are encoded at this rate; null before the first result.</summary>
    public TimeSpan? Remaining => Rate > 0 ? TimeSpan.FromSeconds((Items - Done) / Rate) : null;
}
