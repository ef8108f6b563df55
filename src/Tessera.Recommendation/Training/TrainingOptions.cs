using Tessera.Compute.Random;
using Tessera.Data;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Features;
using Tessera.Recommendation.Losses;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Scoring;

namespace Tessera.Recommendation.Training;

#pragma warning disable CS1591 // an option is described by its attribute
/// <summary>How a model is trained; the defaults are LIRDRec's paper's.</summary>
public sealed record TrainingOptions
{
    private const int DefaultNeighbors = 10;

    [Option("most epochs; null for 1000, or for 100 where there is no validation to stop by", Minimum = 1, Maximum = 999_999)]
    public int? Epochs { get; init; }

    [Option("triples in a batch", Minimum = 1)]
    public int BatchSize { get; init; } = 2048;

    [Option("Adam's learning rate", Minimum = 0)]
    public float LearningRate { get; init; } = 1e-4f;

    [Option(
        "factor on the learning rate each learningRatePeriod epochs, applied smoothly as decay^((epoch - 1) / period); 1 for none",
        Minimum = 0, Maximum = 1)]
    public float LearningRateDecay { get; init; } = 1f;

    [Option("epochs in which the learning rate falls by learningRateDecay", Minimum = 1)]
    public int LearningRatePeriod { get; init; } = 50;

    [Option("Adam's L2 weight decay", Minimum = 0)]
    public float WeightDecay { get; init; }

    [Option("evaluations without a better validation metric before training stops", Minimum = 1)]
    public int Patience { get; init; } = 20;

    [Option("epochs between two evaluations on validation", Minimum = 1)]
    public int EvaluateEvery { get; init; } = 1;

    [Option("epochs between two checkpoints", Minimum = 1)]
    public int CheckpointEvery { get; init; } = 1;

    [Option("validation metric that decides the best epoch, such as Recall@20")]
    public string Monitor { get; init; } = "Recall@20";

    [Option("evaluations whose mean of the monitored metric judges an epoch, its own the last of them; null for 1, or for 5 where whole items are held out", Minimum = 1, Maximum = 1000)]
    public int? MonitorWindow { get; init; }

    [Option("how each modality's features are scaled first, by those of the training items: each dimension standardized, rows brought to norm 1 (l2), or whitened")]
    public FeatureScaling FeatureScaling { get; init; } = FeatureScaling.None;

    [Option(
        "leading directions to which each modality's features are rotated (truncated SVD of those of the training items); one that has no more "
        + "dimensions stays as it is; null for all",
        Minimum = 1)]
    public int? FeatureDimensions { get; init; }

    [Option("where the vectors of items without a training interaction come from: from the model as all others (own), or from the items nearest to them by content that have some (neighbors)")]
    public ColdItemVectors ColdItems { get; init; } = ColdItemVectors.Own;

    [Option("neighbors k of an item by each modality for coldItems=neighbors", Minimum = 1)]
    public int ColdItemNeighbors { get; init; } = DefaultNeighbors;

    [Option(
        "factor on the vectors of items without a training interaction, by which these stand higher or lower among all; null for what is best on validation "
        + "of 1, 1.25, 1.5, 2, 3 and 4 where that holds warm and cold items, else for 1",
        Minimum = 0, Maximum = 1000)]
    public float? ColdItemFactor { get; init; }

    [Option(
        "what makes training rank: the model's own loss, as published (bpr); the two items of a triple each by itself (bce); softmax over the "
        + "training items, of dot products (softmax) or of cosines (cosine)")]
    public RankingLoss Loss { get; init; } = RankingLoss.Bpr;

    [Option("temperature that softmax and cosine divide scores by; null for 1 and 0.15", Minimum = 1e-3)]
    public float? Temperature { get; init; }

    [Option("training items drawn for each batch, above which softmax and cosine rank its positives; null for all training items", Minimum = 1)]
    public int? Negatives { get; init; }

    [Option("item-based scores that correct the model's: those of EASE, or of the cosines of items' users (item-knn); they come from the interactions alone")]
    public Behavior Behavior { get; init; } = Behavior.None;

    [Option("weight of these scores, standardized, beside the model's; null for what is best on validation of 0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8 and 1", Minimum = 0, Maximum = 1000)]
    public float? BehaviorWeight { get; init; }

    /// <summary>The ranking loss in the place of the model's own, or null.</summary>
    /// <param name="rng">Root of its draws.</param>
    internal ChosenLoss? ChosenLoss(Interactions train, Rng rng) => Loss == RankingLoss.Bpr ? null
        : new ChosenLoss(Loss, Temperature ?? (Loss == RankingLoss.Cosine ? 0.15f : 1f), Negatives, train, rng);

    /// <summary>Refuses options out of their ranges, and those that would do nothing with the others.</summary>
    /// <exception cref="InvalidInputException">There is such an option.</exception>
    internal void Check()
    {
        OptionsBinder.Check(this);
        if (ColdItems == ColdItemVectors.Own && ColdItemNeighbors != DefaultNeighbors)
            throw new InvalidInputException("The option 'coldItemNeighbors' does nothing with coldItems=own; leave it out, or choose coldItems=neighbors.");
        if (Loss is RankingLoss.Softmax or RankingLoss.Cosine) return;
        string? idle = Temperature is not null ? "temperature" : Negatives is not null ? "negatives" : null;
        if (idle is not null)
            throw new InvalidInputException($"The option '{idle}' does nothing with loss={KebabCase.Of(Loss)}; leave it out, or choose loss=softmax or loss=cosine.");
    }

    /// <summary>The factors that validation chooses from where none is set.</summary>
    internal static IReadOnlyList<float> ColdItemFactors { get; } = [1, 1.25f, 1.5f, 2, 3, 4];

    /// <summary>The factor on cold items; null where validation is to choose it, for which it must hold warm and cold items.</summary>
    internal float? ColdItemFactorOf(HeldOut validation) => ColdItemFactor ?? (validation.ColdItems is null ? 1 : null);

    /// <summary>Whether a model sees other features than the data set's.</summary>
    internal bool TransformsFeatures => FeatureScaling != FeatureScaling.None || FeatureDimensions is not null;

    /// <summary>The evaluations that judge an epoch, or where none are set their default: few cold items make a metric that varies much from epoch to epoch.</summary>
    internal int MonitorWindowOf(HeldOut validation) => MonitorWindow ?? (validation.Candidates is null && validation.ColdItems is null ? 1 : 5);

    /// <summary>The most epochs, or where none are set their default.</summary>
    /// <param name="validated">Whether there is validation to measure, by which training stops early.</param>
    internal int EpochsWhere(bool validated) => Epochs ?? (validated ? 1000 : 100);
}
#pragma warning restore CS1591
