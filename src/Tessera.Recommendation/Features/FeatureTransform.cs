using System.Numerics.Tensors;
using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;
using Tessera.Data;

namespace Tessera.Recommendation.Features;

/// <summary>
/// Features x → <c>((x - mean) / deviation) R</c>, or <c>(x / ‖x‖) R</c>. An item without features stays one, with a row of zeros: where a mean is
/// subtracted, that is the mean of the training items, else no direction at all.
/// </summary>
/// <param name="Mean">Mean of each dimension, <c>[1 x D]</c>; null for 0.</param>
/// <param name="Deviation">Standard deviation of each dimension, <c>[1 x D]</c>, infinite for one that never changes; null for 1.</param>
/// <param name="UnitRows">Whether rows are brought to norm 1.</param>
/// <param name="Rotation">R, <c>[D x N]</c>; null for none.</param>
internal sealed partial record FeatureTransform(Matrix? Mean, Matrix? Deviation, bool UnitRows, Matrix? Rotation)
{
    /// <summary>Rows that are transformed at a time.</summary>
    private const int BlockRows = 1024;

    /// <summary>D, or null where any number of dimensions is transformed.</summary>
    private int? Dimensions => Mean?.Columns ?? Rotation?.Rows;

    /// <summary>The modality with its features transformed. What becomes of a row depends on that row alone.</summary>
    /// <exception cref="InvalidInputException">The features have other dimensions, or exceed float32 once they are transformed.</exception>
    public Modality Apply(Modality modality, Device device, CancellationToken cancellationToken = default)
    {
        if (Dimensions is { } expected && expected != modality.Dimensions)
            throw new InvalidInputException(
                $"Modality '{modality.Name}' has {modality.Dimensions} dimensions, and its scaling is for {expected}; use features of the encoder that made those.");
        int items = modality.Features.Rows;
        var features = new Matrix(items, Rotation?.Columns ?? modality.Dimensions);
        using Matrix? block = Rotation is null ? null : new Matrix(Math.Min(BlockRows, items), modality.Dimensions);
        for (int first = 0; first < items; first += BlockRows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(BlockRows, items - first);
            Matrix rows = features.RowRange(first, count), scaled = block?.RowRange(0, count) ?? rows;
            for (int row = 0; row < count; row++) Scale(modality, first + row, scaled.Row(row));
            if (Rotation is not null) device.MatMul(scaled, false, Rotation, false, rows);
            if (rows.Span.ContainsAnyExceptInRange(float.MinValue, float.MaxValue)) throw TooLarge(modality, cause: null);
        }

        return new Modality(modality.Name, features, modality.Missing) { Encoder = modality.Encoder };
    }

    /// <summary>The features of an item, scaled and not rotated.</summary>
    private void Scale(Modality modality, int item, Span<float> result)
    {
        result.Clear();
        if (modality.Missing[item]) return;
        modality.Features.Row(item).CopyTo(result);
        if (Mean is not null) TensorPrimitives.Subtract(result, Mean.Span, result);
        if (Deviation is not null) TensorPrimitives.Divide(result, Deviation.Span, result);
        if (!UnitRows) return;
        double squares = 0; // exceeds float32 before the norm does
        foreach (float value in result) squares += (double)value * value;
        foreach (ref float value in result) value = (float)(value / Math.Sqrt(squares));
    }

    private static InvalidInputException TooLarge(Modality modality, Exception? cause) => new(
        $"The features of modality '{modality.Name}' exceed float32 once featureScaling and featureDimensions are applied; bring them nearer to 1, or leave those options out.",
        cause);
}
