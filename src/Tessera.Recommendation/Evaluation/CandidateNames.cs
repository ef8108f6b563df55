using Tessera.Data;
using Tessera.Data.DatasetFolder;

namespace Tessera.Recommendation.Evaluation;

/// <summary>The names of the two ways to measure cold items: among all items, and among the cold items of the split alone.</summary>
internal static class CandidateNames
{
    /// <summary>Every item is a candidate: the harder way.</summary>
    public const string All = "all";

    /// <summary>Only the cold items of the split are candidates.</summary>
    public const string Cold = "cold";

    /// <summary>The same held-out interactions with the candidates of a name.</summary>
    /// <param name="name"><see cref="All"/> or <see cref="Cold"/>.</param>
    /// <param name="split">How the data set was split, or null where that is not known.</param>
    /// <exception cref="InvalidInputException">There is no such name, or the data set has no cold items.</exception>
    public static HeldOut Restrict(HeldOut heldOut, string name, SplitRecord? split)
    {
        switch (name)
        {
            case All:
                return heldOut;
            case Cold when split?.Scheme == SplitRecord.ColdItems:
                return heldOut with { Candidates = heldOut.Name == "test" ? split.ColdTestItems : split.ColdValidationItems };
            case Cold when split?.Scheme == SplitRecord.ColdMixed:
                throw new InvalidInputException(
                    $"The data set's scheme is {SplitRecord.ColdMixed}, of which warm and cold items are measured apart, each among all items; expected the candidates {All}.");
            case Cold:
                throw new InvalidInputException(
                    $"The data set holds no whole items out ({(split is null ? $"it has no {SplitRecord.FileName}" : $"its scheme is {split.Scheme}")}); "
                    + $"expected one that 'tessera data split --scheme {SplitRecord.ColdItems}' wrote, or the candidates {All}.");
            default:
                throw new InvalidInputException(
                    $"There are no candidates '{name}'; expected {All} (every item) or {Cold} (the cold items of the split alone).");
        }
    }
}
