using System.Numerics.Tensors;
using Tessera.Compute.Devices;
using Tessera.Compute.Kernels;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Recommendation.Runs;

namespace Tessera.Recommendation.Live;

/// <summary>The items of training that are nearest to others by the cosine of one modality's features.</summary>
internal sealed class NearContent : IDisposable
{
    private readonly LiveModality _modality;
    private readonly Matrix _features;
    private readonly Matrix? _reduction;
    private readonly Lazy<Matrix?> _lengths;
    private readonly QuantizedRows? _quantized;
    private readonly Matrix _among; // 1 for neighbors; NaN, which no selection takes, for items without features and those nobody had

    /// <param name="dimensions">Dimensions of its features once they are scaled.</param>
    /// <param name="isTrained">Whether somebody had an item in training.</param>
    public NearContent(LiveModality modality, int dimensions, LiveData live, Func<int, bool> isTrained)
    {
        (_modality, _features, _reduction) = (modality, live.Features(modality.Name), live.Reduction(modality.Name, dimensions));
        _lengths = new(() => live.RowLengths(modality.Name));
        if (_features.Columns > 0 && QuantizedRows.IsSupported && QuantizedRows.Fits(_features)) _quantized = new QuantizedRows(_features);
        _among = new Matrix(1, _features.Rows);
        for (int item = 0; item < _features.Rows; item++)
            _among[0, item] = isTrained(item) && _features.Row(item).ContainsAnyExcept(0f) ? 1 : float.NaN;
    }

    /// <summary>The nearest of each item, nearest first; none for an item without features.</summary>
    /// <param name="features">Scaled features of items.</param>
    /// <param name="neighbors">Most of them an item.</param>
    public int[][] Find(Modality features, int neighbors, Device device)
    {
        if (_features.Columns == 0) return [.. Enumerable.Repeat<int[]>([], features.Features.Rows)]; // no item of the run has features of the modality
        using Matrix queries = LiveData.Reduce(features, _reduction, device);
        int[][] nearest = (_quantized is null ? null : FindAmongCandidates(queries, neighbors)) ?? FindAmongAll(queries, neighbors, device);
        return [.. nearest.Select((items, row) => features.Missing[row] ? [] : items)];
    }

    private int[][] FindAmongAll(Matrix queries, int neighbors, Device device)
    {
        using var scores = new Matrix(queries.Rows, _features.Rows);
        device.MatMul(queries, false, _features, true, scores);
        int count = Math.Min(neighbors, scores.Columns);
        var nearest = new int[scores.Rows * count];
        device.TopK(scores, _among, [], [], nearest, new float[nearest.Length]);
        return [.. nearest.Chunk(count).Select(items => items.Where(item => item >= 0).ToArray())];
    }

    /// <summary>The same, by the features as whole numbers, which leave few dot products to compute; null where they leave many.</summary>
    private int[][]? FindAmongCandidates(Matrix queries, int neighbors)
    {
        var nearest = new List<int[]>(queries.Rows);
        using var panel = new QuantizedPanel(queries.Columns);
        float[] dots = new float[QuantizedPanel.Lanes * QuantizedPanel.BlockRows];
        Span<float> thresholds = stackalloc float[QuantizedPanel.Lanes];
        for (int from = 0; from < queries.Rows; from += QuantizedPanel.Lanes)
        {
            using Matrix some = queries.RowRange(from, Math.Min(QuantizedPanel.Lanes, queries.Rows - from));
            BestItems[] best = [.. Enumerable.Range(0, some.Rows).Select(_ => new BestItems(neighbors))];
            panel.Fill(some);
            for (int first = 0, block; first < _features.Rows; first += block)
            {
                block = QuantizedPanel.RowsFrom(first, _features.Rows);
                for (int lane = 0; lane < best.Length; lane++) thresholds[lane] = best[lane].Threshold;
                Span<LaneRow> candidates = panel.Find(_quantized!, first, block, thresholds[..best.Length]);
                if (QuantizedPanel.FindsTooMany(candidates.Length, best.Length, first, block))
                {
                    foreach (BestItems of in best) of.Dispose();
                    return null;
                }

                OrderedDots.Compute(some, _features, candidates, dots);
                for (int n = 0; n < candidates.Length; n++) best[candidates[n].Lane].Offer(dots[n] * _among[0, candidates[n].Row], candidates[n].Row);
            }

            nearest.AddRange(best.Select(of => of.ToList().ConvertAll(found => found.Item).ToArray()));
            foreach (BestItems of in best) of.Dispose();
        }

        return [.. nearest];
    }

    /// <summary>What the run would keep of an item's features: of those with many dimensions, what the leading directions hold. <c>[1 x D]</c>, the caller's.</summary>
    /// <param name="item">Scaled features of one item.</param>
    public Matrix Kept(Modality item, Device device)
    {
        Matrix features = item.Features.Clone();
        if (_reduction is null || item.MissingCount > 0) return features;
        float length = TensorPrimitives.Norm<float>(features.Row(0));
        using Matrix reduced = LiveData.Reduce(item, _reduction, device);
        for (int d = 0; d < features.Columns; d++) features[0, d] = length * TensorPrimitives.Dot(_reduction.Row(d), reduced.Row(0));
        return features;
    }

    /// <summary>The scaled features of a trained item, as far as the run keeps them: of those with many dimensions, what the leading directions hold.</summary>
    /// <param name="features">Receives <c>[D]</c>; zeros for an item without features.</param>
    /// <exception cref="InvalidInputException">The run is of a version that kept too little.</exception>
    public void Restore(int item, Span<float> features)
    {
        Matrix lengths = _lengths.Value ?? throw new InvalidInputException(
            $"The run was made by a version that kept too little to leave '{_modality.Name}' of a trained item as it was; give its features, too, or train again.");
        ReadOnlySpan<float> kept = _features.Row(item);
        for (int d = 0; d < features.Length; d++) features[d] = _reduction is null ? kept[d] : TensorPrimitives.Dot(_reduction.Row(d), kept);
        TensorPrimitives.Multiply(features, lengths[item, 0], features);
    }

    /// <inheritdoc/>
    public void Dispose() => _among.Dispose();
}
