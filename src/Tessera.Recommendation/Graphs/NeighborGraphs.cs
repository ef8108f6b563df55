using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;
using Tessera.Data;

namespace Tessera.Recommendation.Graphs;

/// <summary>Finds, and remembers on disk if given a folder, each item's nearest items by cosine similarity.</summary>
public sealed partial class NeighborGraphs
{
    // 2^26 scores are 256 MB: blocks of this size keep the product efficient and bound the memory for any number of items.
    private const int MaxBlock = 1 << 26;
    private const int MaxRows = 2048;
    private const int MaxEntries = 1 << 28; // 2 GB
    private const int MinColumns = 1 << 10;
    private readonly Device _device;
    private readonly NeighborCache? _cache;
    private readonly CancellationToken _cancellation;

    /// <summary>Says where to compute and where to keep results.</summary>
    /// <param name="cacheDirectory">Folder for computed graphs, created when needed; null for none.</param>
    /// <param name="cancellationToken">Stops a search within a second; it then ends in an <see cref="OperationCanceledException"/>.</param>
    public NeighborGraphs(Device device, string? cacheDirectory = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        _device = device;
        _cancellation = cancellationToken;
        _cache = cacheDirectory is null ? null : new NeighborCache(cacheDirectory);
    }

    /// <summary>Receives a sentence where the folder cannot be used, which changes no result; null for none.</summary>
    internal Action<string>? Note { get; init; }

    /// <summary>Most multiplications between two looks at the cancellation; by default some 0.2 s on two cores.</summary>
    internal long MaxProduct { get; init; } = 1L << 34;

    /// <summary>
    /// For each item its k nearest by cosine similarity of a modality's features, itself always among them: <c>[|I| x |I|]</c>,
    /// the values being the similarities. Of equally near items the first are taken. Items without features, or with a row of zeros, which has
    /// no direction, have themselves alone, and are nobody else's neighbors.
    /// </summary>
    /// <param name="neighbors">k, 1 or more.</param>
    /// <exception cref="InvalidInputException">There would be more than 2^28 edges.</exception>
    /// <remarks>Costs 2|I|²D flops; memory beyond the features and the graph is at most 512 MB, whatever |I|.</remarks>
    public CsrMatrix Nearest(Modality modality, int neighbors)
    {
        ArgumentNullException.ThrowIfNull(modality);
        string key = _cache is null ? "" : NeighborCache.Key(modality, neighbors);
        if (_cache?.Find(key, modality.Features.Rows, Note) is { } known) return known;
        CsrMatrix graph = Nearest(modality.Features, modality.Missing, neighbors);
        _cache?.Store(key, graph, Note);
        return graph;
    }

    /// <summary>
    /// The same of features that change and are therefore not remembered. Items that are missing, and rows of zeros, have themselves
    /// alone, and are nobody else's neighbors.
    /// </summary>
    /// <param name="features">Features <c>[|I| x d]</c>.</param>
    /// <param name="missing">Items whose rows mean nothing, <c>[|I|]</c>.</param>
    /// <param name="neighbors">k, 1 or more.</param>
    /// <exception cref="InvalidInputException">There would be more than 2^28 edges.</exception>
    internal CsrMatrix Nearest(Matrix features, IReadOnlyList<bool> missing, int neighbors)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(neighbors, 1);
        int items = features.Rows, k = Math.Min(neighbors, items);
        if ((long)items * k > MaxEntries)
            throw new InvalidInputException(
                $"{k:N0} neighbors of {items:N0} items are {(long)items * k:N0} edges; "
                + $"expected at most {MaxEntries:N0}, so set neighbors to {MaxEntries / items:N0} or less.");

        using Matrix inverseNorms = InverseNorms(features, missing);
        int blockRows = Math.Clamp(MaxBlock / Math.Max(1, items), 1, Math.Min(MaxRows, Math.Max(1, items)));
        using var scores = new Matrix(blockRows, items);
        int width = (int)Math.Clamp(MaxProduct / Math.Max(1L, (long)blockRows * features.Columns), MinColumns, Math.Max(MinColumns, items));
        var indices = new int[blockRows * k];
        var values = new float[blockRows * k];
        var starts = new int[items + 1];
        var columns = new List<int>(items * k);
        var similarities = new List<float>(items * k);
        for (int first = 0; first < items; first += blockRows)
        {
            int rows = Math.Min(blockRows, items - first);
            using Matrix block = scores.RowRange(0, rows), queries = features.RowRange(first, rows);
            Multiply(queries, features, block, width);
            for (int row = 0; row < rows; row++) block[row, first + row] = float.PositiveInfinity; // before all that are as near
            _device.TopK(block, inverseNorms, [], [], indices.AsSpan(0, rows * k), values.AsSpan(0, rows * k));
            for (int row = 0; row < rows; row++)
            {
                int item = first + row;
                float own = inverseNorms.Span[item];
                Span<int> nearest = indices.AsSpan(row * k, float.IsNaN(own) ? 1 : k);
                Span<float> best = values.AsSpan(row * k, nearest.Length);
                if (float.IsNaN(own)) nearest[0] = item;
                nearest.Sort(best);
                for (int n = 0; n < nearest.Length; n++)
                {
                    if (nearest[n] < 0) continue; // fewer than k items have features
                    columns.Add(nearest[n]);
                    similarities.Add(nearest[n] == item ? 1f : best[n] * own);
                }

                starts[item + 1] = columns.Count;
            }
        }

        return new CsrMatrix(items, items, starts, [.. columns], [.. similarities]);
    }

    /// <summary>Scores of all items; where that takes long, those of some at a time, which changes no bit.</summary>
    private void Multiply(Matrix queries, Matrix features, Matrix block, int width)
    {
        _cancellation.ThrowIfCancellationRequested();
        if (width >= features.Rows)
        {
            _device.MatMul(queries, false, features, true, block);
            return;
        }

        for (int first = 0; first < features.Rows; first += width)
        {
            _cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(width, features.Rows - first);
            using Matrix some = features.RowRange(first, count), result = new(queries.Rows, count);
            _device.MatMul(queries, false, some, true, result);
            _device.CopyBlock(result, 0, 0, block, 0, first, queries.Rows, count);
        }
    }

    // 1/‖x‖; NaN, which no selection takes, for items without features.
    private Matrix InverseNorms(Matrix features, IReadOnlyList<bool> missing)
    {
        var norms = new Matrix(1, features.Rows);
        for (int item = 0; item < features.Rows; item++)
        {
            if (item % MinColumns == 0) _cancellation.ThrowIfCancellationRequested();
            double sum = 0;
            foreach (float value in features.Row(item)) sum += (double)value * value;
            norms.Span[item] = sum > 0 && !missing[item] ? (float)(1 / Math.Sqrt(sum)) : float.NaN;
        }

        return norms;
    }
}
