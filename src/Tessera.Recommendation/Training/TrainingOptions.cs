using Tessera.Recommendation.Options;

namespace Tessera.Recommendation.Training;

/// <summary>How a model is trained; the defaults are LIRDRec's paper's.</summary>
public sealed record TrainingOptions
{
    /// <summary>Most epochs.</summary>
    [Option("most epochs", Minimum = 1, Maximum = 999_999)]
    public int Epochs { get; init; } = 1000;

    /// <summary>Triples in a batch.</summary>
    [Option("triples in a batch", Minimum = 1)]
    public int BatchSize { get; init; } = 2048;

    /// <summary>Adam's learning rate.</summary>
    [Option("Adam's learning rate", Minimum = 0)]
    public float LearningRate { get; init; } = 1e-4f;

    /// <summary>Factor on the learning rate each <see cref="LearningRatePeriod"/> epochs, applied smoothly: <c>rate · decay^(epoch / period)</c>.</summary>
    [Option("factor on the learning rate each learningRatePeriod epochs, applied smoothly; 1 for none", Minimum = 0, Maximum = 1)]
    public float LearningRateDecay { get; init; } = 1f;

    /// <summary>Epochs in which the learning rate falls by its factor.</summary>
    [Option("epochs in which the learning rate falls by learningRateDecay", Minimum = 1)]
    public int LearningRatePeriod { get; init; } = 50;

    /// <summary>Adam's L2 weight decay.</summary>
    [Option("Adam's L2 weight decay", Minimum = 0)]
    public float WeightDecay { get; init; }

    /// <summary>Evaluations without a better validation metric before training stops.</summary>
    [Option("evaluations without improvement before training stops", Minimum = 1)]
    public int Patience { get; init; } = 20;

    /// <summary>Epochs between two evaluations on validation.</summary>
    [Option("epochs between two evaluations on validation", Minimum = 1)]
    public int EvaluateEvery { get; init; } = 1;

    /// <summary>Epochs between two checkpoints.</summary>
    [Option("epochs between two checkpoints", Minimum = 1)]
    public int CheckpointEvery { get; init; } = 1;

    /// <summary>Validation metric that decides which epoch is the best.</summary>
    [Option("validation metric that decides the best epoch, such as Recall@20")]
    public string Monitor { get; init; } = "Recall@20";
}
