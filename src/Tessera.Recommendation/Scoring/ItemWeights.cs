using System.Numerics.Tensors;
using System.Runtime.ExceptionServices;
using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;

namespace Tessera.Recommendation.Scoring;

/// <summary>Item-based scores: <c>s_ui = b_i + Σ_{j of u} w_ji</c>, j being the training items of user u.</summary>
/// <param name="items">Number of items |I|.</param>
/// <param name="othersOf">Row j of w: the items to whose scores having item j adds something, ascending.</param>
/// <param name="weightsOf">What it adds to each of them.</param>
/// <param name="bias">b, <c>[|I|]</c>; null for 0.</param>
internal sealed class ItemWeights(
    int items, Func<int, ReadOnlySpan<int>> othersOf, Func<int, ReadOnlySpan<float>> weightsOf, IReadOnlyList<float>? bias = null)
{
    private const int BlockScores = 1 << 22;

    /// <summary>The weights of a matrix in memory, w <c>[|I| x |I|]</c>.</summary>
    public ItemWeights(CsrMatrix weights, IReadOnlyList<float>? bias = null)
        : this(weights.Columns, weights.RowColumns, weights.RowValues, bias)
    {
    }

    /// <summary>Number of items |I|.</summary>
    public int Items => items;

    /// <summary>The scores of all items for who has some, summed in the order of these.</summary>
    /// <param name="had">The items that somebody has.</param>
    /// <param name="scores">Receives <c>[|I|]</c>.</param>
    public void Score(ReadOnlySpan<int> had, Span<float> scores)
    {
        scores.Clear();
        for (int item = 0; item < bias?.Count; item++) scores[item] = bias[item];
        foreach (int item in had)
        {
            ReadOnlySpan<int> others = othersOf(item);
            ReadOnlySpan<float> weights = weightsOf(item);
            for (int e = 0; e < others.Length; e++) scores[others[e]] += weights[e];
        }
    }

    /// <summary>Whether somebody's items say nothing of all others, so that these have one score.</summary>
    /// <param name="had">The items that somebody has.</param>
    public bool SayNothingFor(ReadOnlySpan<int> had)
    {
        if (bias is not null) return false;
        foreach (int item in had)
            if (othersOf(item).ContainsAnyExcept(had)) return false;
        return true;
    }

    /// <summary>What having an item adds to the scores of others, strongest first.</summary>
    public IEnumerable<(int Item, float Weight)> Strongest(int item) =>
        othersOf(item).ToArray().Zip(weightsOf(item).ToArray()).Where(pair => pair.Second > 0).OrderByDescending(pair => pair.Second);

    /// <summary>What each of somebody's items adds to the score of one: with the bias, they add up to it.</summary>
    /// <param name="had">The items that somebody has.</param>
    /// <param name="item">The item that is scored.</param>
    /// <returns>Those that add something, in the order of <paramref name="had"/>.</returns>
    public IReadOnlyList<(int Item, float Part)> Contributions(ReadOnlySpan<int> had, int item)
    {
        var parts = new List<(int, float)>();
        foreach (int one in had)
            if (othersOf(one).BinarySearch(item) is >= 0 and var place) parts.Add((one, weightsOf(one)[place]));
        return parts;
    }

    /// <summary>The k weights of largest magnitude of each row, zeros left out; of equal ones those of the lower columns.</summary>
    /// <param name="size">Number of rows and columns.</param>
    /// <param name="k">Most entries of a row.</param>
    /// <param name="fill">Writes a row; several at once.</param>
    public static CsrMatrix StrongestOf(int size, int k, Action<int, Span<float>> fill, Device device, CancellationToken cancellationToken)
    {
        int rows = Math.Clamp(BlockScores / Math.Max(1, size), 1, Math.Max(1, size)), width = Math.Min(k, size);
        using Matrix weights = new(rows, size), magnitudes = new(rows, size);
        var starts = new int[size + 1];
        List<int> columns = [];
        List<float> values = [];
        int[] best = new int[rows * width];
        for (int first = 0; first < size; first += rows)
        {
            using Matrix some = magnitudes.RowRange(0, Math.Min(rows, size - first));
            Parallel.For(0, some.Rows, InThreadsOf(device, cancellationToken), row =>
            {
                fill(first + row, weights.Row(row));
                TensorPrimitives.Abs(weights.Row(row), some.Row(row));
                some.Row(row).Replace(0f, float.NegativeInfinity); // never selected
            });
            Span<int> kept = best.AsSpan(0, some.Rows * width);
            device.TopK(some, columnScales: null, maskStarts: [], maskColumns: [], kept, new float[kept.Length]);
            for (int row = 0; row < some.Rows; row++)
            {
                Span<int> indices = kept.Slice(row * width, width);
                if (indices.IndexOf(-1) is >= 0 and var end) indices = indices[..end];
                indices.Sort();
                foreach (int column in indices)
                {
                    columns.Add(column);
                    values.Add(weights[row, column]);
                }

                starts[first + row + 1] = columns.Count;
            }
        }

        return new CsrMatrix(size, size, starts, [.. columns], [.. values]);
    }

    /// <summary>Calls a function for each row of a block of scores, several at once; what it throws is thrown.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="items">Length of the buffer that it is lent.</param>
    internal static void ForRows(int rows, int items, Device device, Action<int, float[]> score)
    {
        try
        {
            Parallel.For(
                0, rows, InThreadsOf(device), () => new float[items],
                (row, _, all) =>
                {
                    score(row, all);
                    return all;
                },
                _ => { });
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]); // such as of a damaged file that is read row by row
        }
    }

    /// <summary>How loops over rows that are independent of each other are shared out.</summary>
    internal static ParallelOptions InThreadsOf(Device device, CancellationToken cancellationToken = default) =>
        new() { MaxDegreeOfParallelism = device.Threads, CancellationToken = cancellationToken };
}
