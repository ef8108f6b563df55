namespace Tessera.Recommendation.Training;

/// <summary>How a training run ended. The model holds the parameters of the best epoch, or of the last where nothing was measured.</summary>
/// <param name="Epochs">Epochs trained.</param>
/// <param name="BestEpoch">Epoch with the best validation metric, or the last epoch.</param>
/// <param name="Best">That metric, or null.</param>
/// <param name="StoppedEarly">Whether patience ran out before the last epoch.</param>
internal sealed record TrainingResult(int Epochs, int BestEpoch, double? Best, bool StoppedEarly);
