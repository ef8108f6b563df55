namespace Tessera.Data.DatasetFolder;

/// <summary>The figures that describe a data set in the paper's Table I, and some more.</summary>
public sealed record DatasetStatistics
{
    /// <summary>Number of users, those without interactions included.</summary>
    public required int Users { get; init; }

    /// <summary>Number of items, those without interactions included.</summary>
    public required int Items { get; init; }

    /// <summary>Number of training interactions.</summary>
    public required int TrainInteractions { get; init; }

    /// <summary>Number of validation interactions.</summary>
    public required int ValidationInteractions { get; init; }

    /// <summary>Number of test interactions.</summary>
    public required int TestInteractions { get; init; }

    /// <summary>Number of items that no user interacted with in training.</summary>
    public required int ColdItems { get; init; }

    /// <summary>Size of each modality, in the order of the data set.</summary>
    public required IReadOnlyList<ModalityStatistics> Modalities { get; init; }

    /// <summary>Number of interactions in all three splits.</summary>
    public long Interactions => (long)TrainInteractions + ValidationInteractions + TestInteractions;

    /// <summary>Share of (user, item) pairs without interaction in any split, 0 to 1; NaN without users or items.</summary>
    public double Sparsity => 1 - (Interactions / ((double)Users * Items));

    /// <summary>Mean number of interactions of a user in all three splits.</summary>
    public double MeanPerUser => (double)Interactions / Users;

    /// <summary>Mean number of interactions of an item in all three splits.</summary>
    public double MeanPerItem => (double)Interactions / Items;

    /// <summary>Counts a data set.</summary>
    public static DatasetStatistics Of(Dataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return new DatasetStatistics
        {
            Users = dataset.Users,
            Items = dataset.Items,
            TrainInteractions = dataset.Train.Count,
            ValidationInteractions = dataset.Validation.Count,
            TestInteractions = dataset.Test.Count,
            ColdItems = dataset.Train.ItemCounts().AsSpan().Count(0),
            Modalities = [.. dataset.Modalities.Select(m => new ModalityStatistics(m.Name, m.Dimensions, m.MissingCount, m.Encoder))],
        };
    }
}
