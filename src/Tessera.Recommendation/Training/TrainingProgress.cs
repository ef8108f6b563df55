using Tessera.Recommendation.Evaluation;

namespace Tessera.Recommendation.Training;

/// <summary>Where a training run stands; reported after every batch and, with <see cref="Finished"/>, every epoch.</summary>
/// <param name="Epoch">Number of the epoch, from 1.</param>
/// <param name="Epochs">Most epochs.</param>
/// <param name="Batch">Batches of the epoch done.</param>
/// <param name="Batches">Batches in an epoch.</param>
/// <param name="Loss">Mean loss of the epoch so far.</param>
/// <param name="LearningRate">Learning rate of the epoch.</param>
/// <param name="Best">Best validation metric so far (the harmonic mean of warm and cold items where these are told apart), or null.</param>
/// <param name="BestEpoch">Epoch of <paramref name="Best"/>, or null.</param>
public readonly record struct TrainingProgress(
    int Epoch, int Epochs, int Batch, int Batches, double Loss, float LearningRate, double? Best, int? BestEpoch)
{
    /// <summary>Number of evaluations whose mean <see cref="Best"/> is: its epoch's and those before.</summary>
    public int BestOf { get; init; } = 1;

    /// <summary>Whether the epoch is over, with its evaluation.</summary>
    public bool Finished { get; init; }

    /// <summary>Whether the epoch is over and its validation metric is the best so far.</summary>
    public bool IsBest => Finished && BestEpoch == Epoch;

    /// <summary>Validation metrics after the epoch; null before its end, or where it is not evaluated.</summary>
    public EvaluationResult? Validation { get; init; }

    /// <summary>Seconds the epoch's steps took; 0 before its end.</summary>
    public double TrainSeconds { get; init; }

    /// <summary>Seconds the epoch's evaluation took; 0 before its end.</summary>
    public double EvaluateSeconds { get; init; }
}
