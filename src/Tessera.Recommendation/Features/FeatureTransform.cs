using System.Numerics.Tensors;
using Tessera.Compute.Decompositions;
using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;

namespace Tessera.Recommendation.Features;

/// <summary>
/// Features x → <c>((x - mean) / deviation) R</c>, or <c>(x / |x|) R</c>. An item without features has a row of zeros before and after: where there is a
/// mean, that is the mean.
/// </summary>
/// <param name="Mean">Mean of each dimension, <c>[1 x D]</c>; null for 0.</param>
/// <param name="Deviation">Standard deviation of each dimension, <c>[1 x D]</c>, above 0; null for 1.</param>
/// <param name="UnitRows">Whether rows are brought to norm 1 instead.</param>
/// <param name="Rotation">R, <c>[D x N]</c>; null for none.</param>
internal sealed record FeatureTransform(Matrix? Mean, Matrix? Deviation, bool UnitRows, Matrix? Rotation)
{
    private const int MostWhitened = 512;

    /// <summary>Least share of the largest variance that a whitened direction has.</summary>
    private const double LeastVariance = 1e-4;

    /// <summary>Rows that are transformed at a time.</summary>
    private const int BlockRows = 1024;

    /// <summary>The transform of a modality by its training items; null where nothing is to be done.</summary>
    /// <param name="dimensions">N, at which the leading directions end (of D or fewer all stay); null for all.</param>
    /// <param name="rng">Source of the decomposition's random start.</param>
    public static FeatureTransform? Fit(
        Modality modality, Interactions train, FeatureScaling scaling, int? dimensions, Device device, Rng rng, CancellationToken cancellation = default)
    {
        bool rotates = scaling == FeatureScaling.Whiten || dimensions < modality.Dimensions;
        if (scaling == FeatureScaling.None && !rotates) return null;
        int[] known = [.. train.ItemIndices.ToArray().Distinct().Order().Where(item => !modality.Missing[item])];
        if (known.Length < 2)
            throw new InvalidInputException(
                $"Modality '{modality.Name}' has features for {known.Length} of the items in training; expected 2 or more to scale them by, so leave featureScaling and featureDimensions out.");
        var transform = new FeatureTransform(null, null, scaling == FeatureScaling.L2, null);
        if (scaling is FeatureScaling.Standardize or FeatureScaling.Whiten)
        {
            (Matrix mean, Matrix deviation) = Moments(modality.Features, known);
            transform = transform with { Mean = mean, Deviation = scaling == FeatureScaling.Standardize ? deviation : null };
        }

        if (!rotates) return transform;
        using Matrix sample = transform.Scaled(modality, known);
        int rank = scaling == FeatureScaling.Whiten ? Math.Min(dimensions ?? MostWhitened, modality.Dimensions) : dimensions!.Value;
        using TruncatedSvd svd = TruncatedSvd.Of(sample, rank, device, rng, cancellation: cancellation);
        return transform with { Rotation = RotationBy(svd, scaling == FeatureScaling.Whiten ? known.Length : null) };
    }

    /// <summary>The modality with its features transformed.</summary>
    public Modality Apply(Modality modality, Device device)
    {
        Matrix features = Scaled(modality, [.. Enumerable.Range(0, modality.Features.Rows)]);
        if (Rotation is not null)
        {
            var rotated = new Matrix(features.Rows, Rotation.Columns);
            for (int row = 0; row < features.Rows; row += BlockRows)
            {
                int count = Math.Min(BlockRows, features.Rows - row);
                device.MatMul(features.RowRange(row, count), false, Rotation, false, rotated.RowRange(row, count));
            }

            features.Dispose();
            features = rotated;
        }

        return new Modality(modality.Name, features) { Encoder = modality.Encoder };
    }

    /// <summary>The rows of some items, scaled and not rotated.</summary>
    private Matrix Scaled(Modality modality, int[] items)
    {
        var scaled = new Matrix(items.Length, modality.Dimensions);
        for (int at = 0; at < items.Length; at++)
        {
            if (modality.Missing[items[at]]) continue;
            ReadOnlySpan<float> from = modality.Features.Row(items[at]);
            Span<float> to = scaled.Row(at);
            from.CopyTo(to);
            if (Mean is not null) TensorPrimitives.Subtract(to, Mean.Span, to);
            if (Deviation is not null) TensorPrimitives.Divide(to, Deviation.Span, to);
            if (UnitRows) TensorPrimitives.Divide(to, TensorPrimitives.Norm(from), to);
        }

        return scaled;
    }

    /// <summary>Mean and standard deviation of each dimension over some items; 1 instead of a deviation of 0.</summary>
    private static (Matrix Mean, Matrix Deviation) Moments(Matrix features, int[] items)
    {
        double[] sums = new double[features.Columns], squares = new double[features.Columns];
        foreach (int item in items) AddTo(sums, features.Row(item), mean: null, 1);
        TensorPrimitives.Divide(sums, items.Length, sums);
        foreach (int item in items) AddTo(squares, features.Row(item), sums, 2);
        Matrix mean = new(1, features.Columns), deviation = new(1, features.Columns);
        for (int column = 0; column < features.Columns; column++)
        {
            mean.Span[column] = (float)sums[column];
            deviation.Span[column] = Math.Sqrt(squares[column] / items.Length) is var spread && spread > 1e-6 * Math.Abs(sums[column]) && spread > 0 ? (float)spread : 1;
        }

        return (mean, deviation);
    }

    /// <summary>Adds <c>(x - mean)^power</c>.</summary>
    private static void AddTo(double[] sums, ReadOnlySpan<float> row, double[]? mean, int power)
    {
        for (int column = 0; column < sums.Length; column++)
        {
            double value = row[column] - (mean?[column] ?? 0);
            sums[column] += power == 1 ? value : value * value;
        }
    }

    /// <summary>The right singular vectors; each by its direction's standard deviation over so many items, if whitened.</summary>
    private static Matrix RotationBy(TruncatedSvd svd, int? whitenedItems)
    {
        int kept = whitenedItems is null ? svd.SingularValues.Count
            : svd.SingularValues.Count(value => value * value >= LeastVariance * svd.SingularValues[0] * svd.SingularValues[0]);
        var rotation = new Matrix(svd.Right.Rows, kept);
        for (int row = 0; row < rotation.Rows; row++)
        {
            for (int column = 0; column < kept; column++)
                rotation[row, column] = whitenedItems is { } items ? (float)(svd.Right[row, column] * Math.Sqrt(items) / svd.SingularValues[column]) : svd.Right[row, column];
        }

        return rotation;
    }
}
