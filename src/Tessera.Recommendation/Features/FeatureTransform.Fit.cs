using Tessera.Compute.Decompositions;
using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;

namespace Tessera.Recommendation.Features;

internal sealed partial record FeatureTransform
{
    private const int MostWhitened = 512;

    /// <summary>Least share of the largest variance that a whitened direction has.</summary>
    private const double LeastVariance = 1e-4;

    /// <summary>Least share of its mean by which a dimension varies; less is rounding.</summary>
    private const double LeastDeviation = 1e-6;

    /// <summary>The transform of a modality by its training items that have features; null where nothing is to be done.</summary>
    /// <param name="dimensions">N, at which the leading directions end (of D or fewer all stay); null for all.</param>
    /// <param name="rng">Source of the decomposition's random start.</param>
    /// <exception cref="InvalidInputException">Too few items have features, they are all nearly the same, or they or their products exceed float32.</exception>
    public static FeatureTransform? Fit(
        Modality modality, Interactions train, FeatureScaling scaling, int? dimensions, Device device, Rng rng, CancellationToken cancellationToken = default)
    {
        bool rotates = scaling == FeatureScaling.Whiten || dimensions < modality.Dimensions;
        if (!rotates && scaling == FeatureScaling.None) return null;
        var transform = new FeatureTransform(null, null, scaling == FeatureScaling.L2, null);
        if (!rotates && scaling == FeatureScaling.L2) return transform;

        int[] known = [.. train.ItemIndices.ToArray().Distinct().Order().Where(item => !modality.Missing[item])];
        if (known.Length < 2) throw Unfit(modality, $"has features for {known.Length} of the items in training; expected 2 or more");
        if (scaling is FeatureScaling.Standardize or FeatureScaling.Whiten)
        {
            (Matrix mean, Matrix deviation) = Moments(modality.Features, known, cancellationToken);
            if (!deviation.Span.ContainsAnyExcept(float.PositiveInfinity)) throw Unvaried(modality, known);
            transform = transform with { Mean = mean, Deviation = scaling == FeatureScaling.Standardize ? deviation : null };
        }

        if (!rotates) return transform;
        using var sample = new Matrix(known.Length, modality.Dimensions);
        for (int row = 0; row < known.Length; row++) transform.Scale(modality, known[row], sample.Row(row));
        if (sample.Span.ContainsAnyExceptInRange(float.MinValue, float.MaxValue)) throw TooLarge(modality, cause: null);
        int rank = scaling == FeatureScaling.Whiten ? Math.Min(dimensions ?? MostWhitened, modality.Dimensions) : dimensions!.Value;
        try
        {
            using TruncatedSvd svd = TruncatedSvd.Of(sample, rank, device, rng, cancellationToken: cancellationToken);
            if (svd.SingularValues.Count == 0) throw Unfit(modality, "has features so small that float32 holds no product of them");
            return transform with { Rotation = RotationBy(svd, scaling == FeatureScaling.Whiten ? known.Length : null) };
        }
        catch (ArithmeticException cause)
        {
            throw TooLarge(modality, cause);
        }
    }

    /// <summary>Mean and standard deviation of each dimension over some items; an infinite one where it never changes.</summary>
    private static (Matrix Mean, Matrix Deviation) Moments(Matrix features, int[] items, CancellationToken cancellationToken)
    {
        double[] means = new double[features.Columns], squares = new double[features.Columns];
        foreach (int item in items)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReadOnlySpan<float> row = features.Row(item);
            for (int column = 0; column < row.Length; column++) means[column] += row[column] / (double)items.Length;
        }

        foreach (int item in items)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReadOnlySpan<float> row = features.Row(item);
            for (int column = 0; column < row.Length; column++) squares[column] += (row[column] - means[column]) * (row[column] - means[column]);
        }

        Matrix mean = new(1, features.Columns), deviation = new(1, features.Columns);
        for (int column = 0; column < features.Columns; column++)
        {
            mean.Span[column] = (float)means[column];
            float spread = (float)Math.Sqrt(squares[column] / items.Length);
            deviation.Span[column] = spread > LeastDeviation * Math.Abs(means[column]) ? spread : float.PositiveInfinity;
        }

        return (mean, deviation);
    }

    /// <summary>The right singular vectors; each by its direction's standard deviation over so many items, if whitened.</summary>
    private static Matrix RotationBy(TruncatedSvd svd, int? whitenedItems)
    {
        double least = whitenedItems is null ? 0 : Math.Sqrt(LeastVariance) * svd.SingularValues[0];
        int kept = svd.SingularValues.Count(value => value >= least);
        var rotation = new Matrix(svd.Right.Rows, kept);
        for (int column = 0; column < kept; column++)
        {
            double factor = whitenedItems is { } items ? Math.Sqrt(items) / svd.SingularValues[column] : 1;
            for (int row = 0; row < rotation.Rows; row++) rotation[row, column] = (float)(svd.Right[row, column] * factor);
        }

        return rotation;
    }

    private static InvalidInputException Unvaried(Modality modality, int[] items) =>
        items.All(item => modality.Features.Row(item).SequenceEqual(modality.Features.Row(items[0])))
            ? Unfit(modality, "has the same features for all items in training")
            : new($"The features of modality '{modality.Name}' vary by less than a millionth of their size in training; expected them to differ by more, "
                + "so subtract their mean before saving them, or leave featureScaling out.");

    private static InvalidInputException Unfit(Modality modality, string finding) =>
        new($"Modality '{modality.Name}' {finding}, so there is nothing to scale it by; leave featureScaling and featureDimensions out, or the modality.");
}
