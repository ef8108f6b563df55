namespace Tessera.Data.Synthetic;

/// <summary>Size and character of a <see cref="SyntheticDataset"/>.</summary>
public sealed record SyntheticDatasetOptions
{
    /// <summary>Number of users, 1 or more.</summary>
    public int Users { get; init; } = 1200;

    /// <summary>Number of items, 20 or more.</summary>
    public int Items { get; init; } = 700;

    /// <summary>
    /// Mean number of a user's interactions, 5 to a quarter of the items; no user has fewer than 5. Those with cold items
    /// come on top.
    /// </summary>
    public double MeanInteractions { get; init; } = 14;

    /// <summary>Dimensions of the <c>image</c> features, 1 or more.</summary>
    public int VisualDimensions { get; init; } = 128;

    /// <summary>Dimensions of the <c>text</c> features, 1 or more.</summary>
    public int TextualDimensions { get; init; } = 96;

    /// <summary>Number of hidden factors behind each modality, 1 or more.</summary>
    public int LatentFactors { get; init; } = 8;

    /// <summary>Share of the variance of an item's factors that its two modalities have in common, 0 to 1.</summary>
    public double SharedVariance { get; init; } = 0.25;

    /// <summary>Standard deviation of the noise on the features, 0 or more; the features without it lie in -1..1.</summary>
    public double Noise { get; init; } = 0.3;

    /// <summary>Weight of a user's affinity against chance, 0 or more: 0 leaves popularity alone.</summary>
    public double PreferenceStrength { get; init; } = 3;

    /// <summary>Exponent s of the items' popularity, which falls with rank r as 1/r^s; 0 or more.</summary>
    public double PopularityExponent { get; init; } = 0.6;

    /// <summary>Share of the items without training interactions, 0 to 0.5: half of them in validation, half in test.</summary>
    public double ColdItemFraction { get; init; } = 0.05;

    /// <summary>Seed; the same options give the same data set.</summary>
    public ulong Seed { get; init; } = 2025;

    /// <summary>Checks every value.</summary>
    /// <exception cref="InvalidInputException">A value is outside its range.</exception>
    internal void Validate()
    {
        Require(Users >= 1, nameof(Users), Users, "1 or more");
        Require(Items >= 20, nameof(Items), Items, "20 or more");
        double most = Items / 4.0;
        Require(MeanInteractions >= 5 && MeanInteractions <= most, nameof(MeanInteractions), MeanInteractions, $"5 to {most}, a quarter of the items");
        Require(VisualDimensions >= 1, nameof(VisualDimensions), VisualDimensions, "1 or more");
        Require(TextualDimensions >= 1, nameof(TextualDimensions), TextualDimensions, "1 or more");
        Require(LatentFactors >= 1, nameof(LatentFactors), LatentFactors, "1 or more");
        Require(SharedVariance is >= 0 and <= 1, nameof(SharedVariance), SharedVariance, "0 to 1");
        Require(Noise >= 0 && double.IsFinite(Noise), nameof(Noise), Noise, "0 or more");
        Require(PreferenceStrength >= 0 && double.IsFinite(PreferenceStrength), nameof(PreferenceStrength), PreferenceStrength, "0 or more");
        Require(PopularityExponent >= 0 && double.IsFinite(PopularityExponent), nameof(PopularityExponent), PopularityExponent, "0 or more");
        Require(ColdItemFraction is >= 0 and <= 0.5, nameof(ColdItemFraction), ColdItemFraction, "0 to 0.5");
    }

    private static void Require(bool holds, string option, double value, string expected)
    {
        if (!holds)
            throw new InvalidInputException($"Option {option} of the synthetic data set is {value}; expected {expected}, so change it.");
    }
}
