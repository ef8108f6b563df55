using Tessera.Features.Filtering;
using Tessera.Recommendation.Data;

namespace Tessera.Features.Splitting;

/// <summary>What a split made.</summary>
/// <param name="Name">Name of the data set.</param>
/// <param name="Before">Size of the catalogue.</param>
/// <param name="After">Size of the data set.</param>
/// <param name="UntrainedUsers">Users with nothing in training, whom evaluation leaves out.</param>
public sealed record SplitResult(string Name, CatalogueStatistics Before, DatasetStatistics After, int UntrainedUsers);
