using Tessera.Recommendation.Evaluation;

namespace Tessera.Recommendation.Training;

/// <summary>What an epoch gave.</summary>
/// <param name="Epoch">Number of the epoch, from 1.</param>
/// <param name="Loss">Mean loss of its batches.</param>
/// <param name="LearningRate">Learning rate it ran with.</param>
/// <param name="Validation">Validation metrics after it, or null where it was not evaluated.</param>
/// <param name="IsBest">Whether its validation metric is the best so far.</param>
/// <param name="TrainSeconds">Seconds its steps took.</param>
/// <param name="EvaluateSeconds">Seconds its evaluation took.</param>
public sealed record EpochResult(
    int Epoch, double Loss, float LearningRate, EvaluationResult? Validation, bool IsBest, double TrainSeconds, double EvaluateSeconds);
