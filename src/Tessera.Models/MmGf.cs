using System.Numerics.Tensors;
using Tessera.Compute.Devices;
using Tessera.Recommendation.Scoring;

namespace Tessera.Models;

#pragma warning disable CS1591 // an option is described by its attribute
/// <summary>Options of <see cref="MmGf"/>.</summary>
public sealed record MmGfOptions
{
    [Option("exponent α of users' degrees, 0 to 1: larger lets users with many items say less, and popular items count more", Minimum = 0, Maximum = 1)]
    public float UserExponent { get; init; } = 0.5f;

    [Option("power s of the similarities by users, above 0: below 1 evens them out, above 1 sharpens them", Minimum = 1e-3)]
    public float Power { get; init; } = 0.7f;

    [Option("power s' of the similarities by features, above 0", Minimum = 1e-3)]
    public float FeaturePower { get; init; } = 1;

    [Option("weight β of the similarities by features, of each modality; 0 for none", Minimum = 0)]
    public float FeatureWeight { get; init; } = 0.1f;

    [Option("similarities k kept of each item, the largest (paper: all)", Minimum = 1)]
    public int Neighbors { get; init; } = 1000;
}
#pragma warning restore CS1591

/// <summary>
/// MM-GF: a graph filter over users and features, without training. Score <c>ŷ_ui = Σ_{j of u} w_ji</c>,
/// <c>w_ji = (p_ji / max p)^s + β Σ_m max(0, cos(x_mj, x_mi))^s'</c> for j ≠ i, where <c>p = R̃ᵀR̃</c>, <c>R̃_ui = d_u^-α d_i^(α-1)</c> for the items i of
/// user u, d being numbers of interactions, and x_m the features of modality m; it has no objective. Y.-S. Roh et al., "Training-free Adjustable
/// Polynomial Graph Filtering for Ultra-fast Multimodal Recommendation", arXiv 2503.04406, 2025.
/// </summary>
/// <remarks>
/// Deviates from the paper: the filter is linear; similarities by users are divided by the largest of them, so that β means the same on all data; features
/// are compared by cosines, for which <c>featureScaling</c> scales them; of each item the k largest similarities are kept. Costs 2 |I|² Σ_m D_m flops.
/// </remarks>
[Recommender("mm-gf", "MM-GF", "arXiv 2503.04406", 2025, NeedsFeatures = true)]
public sealed class MmGf : ItemBasedRecommender
{
    private readonly MmGfOptions _options;

    /// <summary>Keeps the inputs.</summary>
    /// <exception cref="InvalidInputException">There is no modality.</exception>
    public MmGf(RecommenderInputs inputs, MmGfOptions options)
        : base(inputs) => _options = options;

    /// <inheritdoc/>
    public override CsrMatrix ComputeWeights(Device device, CancellationToken cancellationToken = default)
    {
        int items = Inputs.Items;
        var common = new CoOccurrences(Inputs.Train);
        float[] userWeights = [.. Enumerable.Range(0, Inputs.Users).Select(user => Power(Inputs.Train.ItemsOf(user).Length, -2 * _options.UserExponent))];
        float[] itemWeights = [.. common.Counts.Select(count => Power(count, _options.UserExponent - 1))];
        Matrix[] features = [.. Inputs.Modalities.Select(modality => UnitRows(modality.Features, device))];
        try
        {
            float scale = LargestOf(items, ByUsers, device, cancellationToken) is > 0 and float largest ? 1 / largest : 0;
            return ItemWeights.StrongestOf(items, _options.Neighbors, (item, row) =>
            {
                ByUsers(item, row);
                foreach (ref float similarity in row) similarity = Power(scale * similarity, _options.Power);
                if (_options.FeatureWeight > 0)
                    foreach (Matrix rows in features) AddByFeatures(rows, item, row);
                row[item] = 0;
            }, device, cancellationToken);
        }
        finally
        {
            foreach (Matrix rows in features) rows.Dispose();
        }

        void ByUsers(int item, Span<float> row)
        {
            common.Row(item, userWeights, row);
            TensorPrimitives.Multiply(row, itemWeights, row);
            TensorPrimitives.Multiply(row, itemWeights[item], row);
            row[item] = 0;
        }
    }

    private void AddByFeatures(Matrix rows, int item, Span<float> row)
    {
        ReadOnlySpan<float> own = rows.Row(item);
        for (int other = 0; other < row.Length; other++)
            row[other] += _options.FeatureWeight * Power(TensorPrimitives.Dot(own, rows.Row(other)), _options.FeaturePower);
    }

    /// <summary>The largest entry of all rows.</summary>
    private static float LargestOf(int items, Action<int, Span<float>> fill, Device device, CancellationToken cancellationToken)
    {
        var largest = new float[items];
        Parallel.For(0, items, ItemWeights.InThreadsOf(device, cancellationToken), () => new float[items], (item, _, row) =>
        {
            fill(item, row);
            largest[item] = TensorPrimitives.Max(row);
            return row;
        }, _ => { });
        return largest.Max();
    }

    /// <summary>Rows divided by their lengths; those of zeros stay so.</summary>
    private static Matrix UnitRows(Matrix features, Device device)
    {
        var unit = new Matrix(features.Rows, features.Columns);
        using var norms = new Matrix(features.Rows, 1);
        device.NormalizeRows(features, unit, 0, 0, norms);
        return unit;
    }

    private static float Power(float value, float exponent) => value <= 0 ? 0 : exponent == 1 ? value : MathF.Pow(value, exponent);
}
