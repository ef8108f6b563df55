using System.Text.Json.Nodes;
using Tessera.Recommendation.Recommenders;

namespace Tessera.Studies.Tuning;

/// <summary>What each model's settings are chosen from: the grids of its paper or of the toolkits it is measured by, the same learning rates for all.</summary>
internal static class PublishedSpaces
{
    /// <summary>The settings of a model with its own loss.</summary>
    /// <param name="modalities">Names of the data's modalities.</param>
    public static SearchSpace Of(ModelDescription model, IReadOnlyList<string> modalities)
    {
        SearchSpace space = Own(model.Name, modalities);
        if (!model.IsItemBased) space = space.With("learningRate", 5e-4, 1e-3, 5e-3);
        return model.NeedsFeatures ? space.With("featureScaling", "none", "standardize", "l2", "whiten") : space;
    }

    /// <summary>The settings of a model with the losses that all models are offered.</summary>
    public static SearchSpace WithLosses(SearchSpace space) => space.With(
        new JsonObject { ["loss"] = "bpr" }, new JsonObject { ["loss"] = "bce" }, new JsonObject { ["loss"] = "softmax" },
        Cosine(0.1), Cosine(0.15), Cosine(0.2));

    private static SearchSpace Own(string model, IReadOnlyList<string> modalities) => model switch
    {
        "mf" => Regularized(2, 1, 0.1, 1e-2, 1e-3, 1e-4, 1e-5),
        "vbpr" => Regularized(2, 1, 0.1, 1e-2, 1e-3, 1e-4, 1e-5),
        "lightgcn" => Regularized(1e-2, 1e-3, 1e-4, 1e-5, 1e-6).With("layers", 1, 2, 3, 4),
        "grcn" => Regularized(0.1, 1e-2, 1e-3, 1e-4, 1e-5).With("routingRounds", 0, 3),
        "lattice" => Regularized(1e-3, 1e-4, 1e-5).With("layers", 1, 2).With("learningRateDecay", 0.96),
        "micro" => Regularized(1e-3, 1e-4, 1e-5).With("contrastiveWeight", 0.01, 0.03, 0.1).With("learningRateDecay", 0.96),
        "slmrec" => new SearchSpace().With("selfSupervisedWeight", 0.01, 0.05, 0.1, 0.5).With("mainTemperature", 0.1, 0.2, 0.5).With("layers", 2, 3),
        "bm3" => Regularized(0.1, 1e-2).With("dropout", 0.3, 0.5).With("layers", 1, 2),
        "freedom" => new SearchSpace().With("modalityWeight", 0, 1e-5, 1e-4, 1e-3).With("dropout", 0.8, 0.9).With("itemGraphWeights", Weights(modalities)),
        "lgmrec" => Regularized(1e-4, 1e-6).With("contrastiveWeight", 1e-6, 1e-5, 1e-4).With("globalWeight", 0.1, 0.3, 0.6),
        "lirdrec" => Regularized(1e-2, 1e-3, 1e-4).With("layers", 2, 3, 4).With("decayRate", 0.9, 0.95, 0.99).With("itemGraphWeights", Weights(modalities)),
        "ease" => Regularized(10, 50, 100, 250, 500, 1000).With("neighbors", 100, 200, 1000),
        "item-knn" => new SearchSpace().With("neighbors", 20, 50, 100, 200).With("shrinkage", 0, 10, 100),
        "mm-gf" => new SearchSpace().With("userExponent", 0.3, 0.4, 0.5, 0.6).With("power", 0.5, 0.6, 0.7, 0.85, 1)
            .With("featurePower", 1, 3).With("featureWeight", 0.01, 0.03, 0.1, 0.3),
        _ => new SearchSpace(),
    };

    private static SearchSpace Regularized(params double[] values) => new SearchSpace().With("regularization", [.. values.Select(value => (JsonNode)value)]);

    /// <summary>Weights of the item graph: each of two modalities at 0.1, and both alike; for other numbers of them the default.</summary>
    private static JsonNode?[] Weights(IReadOnlyList<string> modalities) => modalities is not [string first, string second] ? [null]
        : [Pair(first, 0.1, second, 0.9), Pair(first, 0.5, second, 0.5), Pair(first, 0.9, second, 0.1)];

    private static JsonObject Cosine(double temperature) => new() { ["loss"] = "cosine", ["temperature"] = temperature };

    private static JsonObject Pair(string first, double firstWeight, string second, double secondWeight) => new() { [first] = firstWeight, [second] = secondWeight };
}
