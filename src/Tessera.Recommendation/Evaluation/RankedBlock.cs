using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Recommendation.Metrics;

namespace Tessera.Recommendation.Evaluation;

/// <summary>
/// The best items of a block of users with training items masked, long enough that each split's own masked items can still be
/// left out: the K best without a masked items are among the K + a best with them.
/// </summary>
internal sealed class RankedBlock(int rows, int cutOff)
{
    private const int RowsAtATime = 64;
    private readonly int[] _maskStarts = new int[rows + 1];
    private int[] _mask = [];
    private int[] _indices = [];
    private float[] _values = [];
    private double[] _metrics = [];
    private int _length;

    public void Select(Device device, Matrix scores, ReadOnlySpan<int> users, Interactions train, IReadOnlyList<HeldOut> splits)
    {
        int masked = 0;
        for (int row = 0; row < users.Length; row++)
        {
            foreach (HeldOut split in splits) masked = Math.Max(masked, split.AlsoMasked?.ItemsOf(users[row]).Length ?? 0);
            _maskStarts[row + 1] = _maskStarts[row] + train.ItemsOf(users[row]).Length;
        }

        _length = Math.Min(cutOff + masked, scores.Columns);
        Grow(ref _mask, _maskStarts[users.Length]);
        Grow(ref _indices, users.Length * _length);
        Grow(ref _values, users.Length * _length);
        for (int row = 0; row < users.Length; row++) train.ItemsOf(users[row]).CopyTo(_mask.AsSpan(_maskStarts[row]));
        device.TopK(
            scores, null, _maskStarts.AsSpan(0, users.Length + 1), _mask.AsSpan(0, _maskStarts[users.Length]),
            _indices.AsSpan(0, users.Length * _length), _values.AsSpan(0, users.Length * _length));
    }

    /// <summary>Measures the block's users of a split, shared out over threads, and adds them in order.</summary>
    public void Measure(int[] users, int first, int count, HeldOut split, MetricAccumulator accumulator)
    {
        int metrics = accumulator.Names.Count, length = _length;
        Grow(ref _metrics, rows * metrics);
        Parallel.For(0, (count + RowsAtATime - 1) / RowsAtATime, part =>
        {
            Span<int> ranked = stackalloc int[cutOff];
            int end = Math.Min(count, (part + 1) * RowsAtATime);
            for (int row = part * RowsAtATime; row < end; row++)
            {
                int user = users[first + row];
                ReadOnlySpan<int> relevant = split.Relevant.ItemsOf(user);
                if (relevant.IsEmpty) continue;
                int kept = Keep(_indices.AsSpan(row * length, length), split.AlsoMasked is null ? [] : split.AlsoMasked.ItemsOf(user), ranked);
                accumulator.Measure(ranked[..kept], relevant, _metrics.AsSpan(row * metrics, metrics));
            }
        });
        for (int row = 0; row < count; row++)
        {
            if (!split.Relevant.ItemsOf(users[first + row]).IsEmpty) accumulator.Add(_metrics.AsSpan(row * metrics, metrics));
        }
    }

    // The best that are not masked, as many as there is room for.
    private static int Keep(ReadOnlySpan<int> best, ReadOnlySpan<int> masked, Span<int> ranked)
    {
        int count = 0;
        foreach (int item in best)
        {
            if (item < 0 || count == ranked.Length) break;
            if (masked.BinarySearch(item) < 0) ranked[count++] = item;
        }

        return count;
    }

    private static void Grow<T>(ref T[] array, int length)
    {
        if (array.Length < length) array = new T[length];
    }
}
