namespace Tessera.Recommendation.Training;

/// <summary>Where a training run stands; reported after every batch and, with <see cref="Finished"/>, every epoch.</summary>
/// <param name="Epoch">Number of the epoch, from 1.</param>
/// <param name="Epochs">Most epochs.</param>
/// <param name="Batch">Batches of the epoch done.</param>
/// <param name="Batches">Batches in an epoch.</param>
/// <param name="Loss">Mean loss of the epoch so far.</param>
/// <param name="Best">Best validation metric so far, or null.</param>
/// <param name="BestEpoch">Epoch of <paramref name="Best"/>, or null.</param>
/// <param name="Finished">The epoch's result, at its end only.</param>
public readonly record struct TrainingProgress(
    int Epoch, int Epochs, int Batch, int Batches, double Loss, double? Best, int? BestEpoch, EpochResult? Finished);
