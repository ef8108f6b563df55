using Tessera.Recommendation.Training;

namespace Tessera.Benchmarks.Cold;

/// <summary>Does something after each epoch, whose number it gets.</summary>
internal sealed class EachEpoch(Action<int> act) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value)
    {
        if (value.Finished) act(value.Epoch);
    }
}
