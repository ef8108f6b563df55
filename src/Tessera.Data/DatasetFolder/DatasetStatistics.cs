namespace Tessera.Data.DatasetFolder;

/// <summary>The figures that describe a data set in the paper's Table I, and some more.</summary>
/// <param name="Users">Number of users, those without interactions included.</param>
/// <param name="Items">Number of items, those without interactions included.</param>
/// <param name="TrainInteractions">Number of training interactions.</param>
/// <param name="ValidationInteractions">Number of validation interactions.</param>
/// <param name="TestInteractions">Number of test interactions.</param>
/// <param name="ColdItems">Number of items that no user interacted with in training.</param>
/// <param name="Modalities">Size of each modality, in the order of the data set.</param>
internal sealed record DatasetStatistics(
    int Users, int Items, int TrainInteractions, int ValidationInteractions, int TestInteractions, int ColdItems,
    IReadOnlyList<ModalityStatistics> Modalities)
{
    /// <summary>Number of interactions in all three splits.</summary>
    public long Interactions => (long)TrainInteractions + ValidationInteractions + TestInteractions;

    /// <summary>Share of (user, item) pairs without interaction in any split, 0 to 1; NaN without users or items.</summary>
    public double Sparsity => 1 - (Interactions / ((double)Users * Items));

    /// <summary>Mean number of interactions of a user in all three splits.</summary>
    public double MeanPerUser => (double)Interactions / Users;

    /// <summary>Mean number of interactions of an item in all three splits.</summary>
    public double MeanPerItem => (double)Interactions / Items;

    /// <summary>Counts a data set.</summary>
    public static DatasetStatistics Of(Dataset dataset) => new(
        dataset.Users, dataset.Items, dataset.Train.Count, dataset.Validation.Count, dataset.Test.Count,
        dataset.Train.ItemCounts().AsSpan().Count(0), ModalityStatistics.Of(dataset.Modalities));
}

/// <summary>Size of one modality.</summary>
/// <param name="Name">Name of the modality.</param>
/// <param name="Dimensions">Number of feature dimensions.</param>
/// <param name="Missing">Number of items without features.</param>
/// <param name="Encoder">The encoder of the features, or null if unknown.</param>
internal sealed record ModalityStatistics(string Name, int Dimensions, int Missing, string? Encoder = null)
{
    public static IReadOnlyList<ModalityStatistics> Of(IReadOnlyList<Modality> modalities) =>
        [.. modalities.Select(m => new ModalityStatistics(m.Name, m.Dimensions, m.MissingCount, m.Encoder))];
}
