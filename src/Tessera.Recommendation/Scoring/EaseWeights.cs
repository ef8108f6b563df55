using System.Globalization;
using Tessera.Compute.Decompositions;
using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;
using Tessera.Data;

namespace Tessera.Recommendation.Scoring;

/// <summary>
/// EASE: the weights <c>B = argmin ‖X - X B‖² + λ ‖B‖²</c> with a diagonal of zeros, which are <c>B_ij = -P_ij / P_jj</c> for
/// <c>P = (XᵀX + λ I)⁻¹</c>; of each row the k of largest magnitude (what an item speaks against counts as well).
/// </summary>
/// <remarks>For n items with interactions some n³ flops, and 4·n² bytes.</remarks>
internal static class EaseWeights
{
    public const float Regularization = 50;
    public const int Neighbors = 200;
    public const int MaxItems = 20_000;

    /// <param name="regularization">λ.</param>
    /// <param name="neighbors">k.</param>
    /// <exception cref="InvalidInputException">More than <see cref="MaxItems"/> items have interactions.</exception>
    public static CsrMatrix Of(Interactions train, float regularization, int neighbors, Device device, CancellationToken cancellationToken)
    {
        int[] counts = train.ItemCounts(), trained = [.. Enumerable.Range(0, train.Items).Where(item => counts[item] > 0)];
        RequireRoom(train);
        using var inverse = new Matrix(trained.Length, trained.Length);
        Invert(train.Among(trained), regularization, inverse, device, cancellationToken);
        float[] diagonal = [.. Enumerable.Range(0, trained.Length).Select(item => inverse[item, item])];
        CsrMatrix weights = ItemWeights.StrongestOf(trained.Length, neighbors, Fill, device, cancellationToken);
        return Widen(weights, trained, train.Items);

        void Fill(int item, Span<float> row)
        {
            inverse.Row(item).CopyTo(row);
            for (int other = 0; other < row.Length; other++) row[other] = other == item ? 0 : -row[other] / diagonal[other];
        }
    }

    /// <summary>Refuses what the dense solution has no room for.</summary>
    /// <exception cref="InvalidInputException">More than <see cref="MaxItems"/> items have interactions.</exception>
    public static void RequireRoom(Interactions train)
    {
        int items = train.ItemCounts().Count(count => count > 0);
        if (items <= MaxItems) return;
        throw new InvalidInputException(string.Create(
            CultureInfo.InvariantCulture,
            $"EASE inverts a matrix of items x items, and {items:N0} items have interactions in training; expected at most {MaxItems:N0}, so use item-knn, which has no such limit, or keep fewer items, with 'tessera data filter --k-core'."));
    }

    /// <summary>Computes <c>(XᵀX + λ I)⁻¹</c>.</summary>
    private static void Invert(Interactions train, float regularization, Matrix result, Device device, CancellationToken cancellationToken)
    {
        var common = new CoOccurrences(train);
        Parallel.For(0, train.Items, ItemWeights.InThreadsOf(device, cancellationToken), item =>
        {
            common.Row(item, result.Row(item));
            result[item, item] += regularization;
        });
        try
        {
            PositiveDefiniteInverse.Invert(result, device, cancellationToken);
        }
        catch (ArithmeticException cause)
        {
            throw new InvalidInputException(
                string.Create(CultureInfo.InvariantCulture, $"EASE's matrix cannot be inverted with regularization {regularization} ({cause.Message.TrimEnd('.')}); expected a larger one, such as {Regularization}."), cause);
        }
    }

    /// <summary>The weights of some items among all.</summary>
    private static CsrMatrix Widen(CsrMatrix weights, int[] some, int items)
    {
        var starts = new int[items + 1];
        for (int place = 0; place < some.Length; place++) starts[some[place] + 1] = weights.RowStarts[place + 1] - weights.RowStarts[place];
        for (int item = 0; item < items; item++) starts[item + 1] += starts[item];
        return new CsrMatrix(items, items, starts, Array.ConvertAll(weights.ColumnIndices.ToArray(), column => some[column]), weights.Values.ToArray());
    }
}
