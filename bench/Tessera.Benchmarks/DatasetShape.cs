using Tessera.Data;

namespace Tessera.Benchmarks;

/// <summary>Sizes of a data set to measure speed and memory with; see <see cref="Create"/>.</summary>
/// <param name="Users">Number of users, 1 or more.</param>
/// <param name="Items">Number of items, 1 or more.</param>
/// <param name="Train">Number of training interactions, at least as many as users and as items.</param>
/// <param name="Validation">Number of validation interactions, 0 or more.</param>
/// <param name="Test">Number of test interactions, 0 or more; all three together fill at most a quarter of the user-item matrix.</param>
/// <param name="Modalities">Name and number of dimensions of each modality.</param>
internal sealed partial record DatasetShape(
    int Users, int Items, int Train, int Validation, int Test, IReadOnlyList<(string Name, int Dimensions)> Modalities)
{
    /// <summary>Exponent s of the items' popularity, which falls with rank r as 1/r^s; 0 to 1.</summary>
    public double PopularityExponent { get; init; } = 0.8;

    /// <summary>Seed; the same shape gives the same data set.</summary>
    public ulong Seed { get; init; } = 2025;

    /// <summary>Checks the sizes.</summary>
    /// <exception cref="InvalidInputException">A size is outside its range.</exception>
    private void Validate()
    {
        if (Users < 1 || Items < 1)
            throw new InvalidInputException($"The shape has {Users} users and {Items} items; expected at least 1 of each, so raise them.");
        if (Train < Math.Max(Users, Items))
        {
            throw new InvalidInputException(
                $"The shape has {Train} training interactions; "
                + $"expected at least one per user and item, so raise them to {Math.Max(Users, Items)} or more.");
        }

        if (Validation < 0 || Test < 0)
        {
            throw new InvalidInputException(
                $"The shape has {Validation} validation and {Test} test interactions; "
                + "expected 0 or more, so raise them.");
        }

        if ((long)Train + Validation + Test > (long)Users * Items / 4)
        {
            throw new InvalidInputException(
                $"The shape fills more than a quarter of {Users} users x {Items} items; "
                + "expected a sparse matrix, so lower the number of interactions.");
        }

        if (PopularityExponent is not (>= 0 and <= 1))
            throw new InvalidInputException($"The shape's popularity exponent is {PopularityExponent}; expected 0 to 1, so change it.");
        foreach ((string name, int dimensions) in Modalities)
        {
            if (dimensions < 1)
            {
                throw new InvalidInputException(
                    $"Modality '{name}' of the shape has {dimensions} dimensions; "
                    + "expected 1 or more, so raise them.");
            }
        }
    }
}
