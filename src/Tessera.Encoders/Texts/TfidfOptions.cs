namespace Tessera.Encoders.Texts;

/// <summary>Which terms an encoder knows.</summary>
public sealed record TfidfOptions
{
    /// <summary>Fewest texts a term must stand in, 1 or more: what one text alone has relates it to no other.</summary>
    public int MinTexts { get; init; } = 2;

    /// <summary>
    /// Largest share of the texts that a term may stand in, in (0, 1]: what most texts have tells none from another. A term in
    /// <see cref="MinTexts"/> texts is always within it.
    /// </summary>
    public double MaxShare { get; init; } = 0.5;

    /// <summary>
    /// Most terms, 1 or more: those in the most texts, of equals the first in ordinal order. The basis takes 4 bytes a term and dimension.
    /// </summary>
    public int MaxTerms { get; init; } = 200_000;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MinTexts, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxTerms, 1);
        if (!(MaxShare > 0 && MaxShare <= 1))
            throw new ArgumentOutOfRangeException(nameof(MaxShare), $"{nameof(MaxShare)} is {MaxShare}; expected a share above 0 and at most 1.");
    }
}
