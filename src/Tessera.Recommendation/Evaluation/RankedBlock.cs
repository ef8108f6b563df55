using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;
using Tessera.Recommendation.Data;
using Tessera.Recommendation.Metrics;

namespace Tessera.Recommendation.Evaluation;

/// <summary>
/// The best items of a block of users with training items masked, long enough that each split's own masked items can still be
/// left out: the K best without a masked items are among the K + a best with them.
/// </summary>
internal sealed class RankedBlock(int rows, int cutOff)
{
    private readonly int[] _maskStarts = new int[rows + 1];
    private readonly int[] _ranked = new int[cutOff];
    private int[] _mask = [];
    private int[] _indices = [];
    private float[] _values = [];
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

    public void Measure(ReadOnlySpan<int> users, HeldOut split, MetricAccumulator accumulator)
    {
        for (int row = 0; row < users.Length; row++)
        {
            ReadOnlySpan<int> relevant = split.Relevant.ItemsOf(users[row]);
            if (relevant.IsEmpty) continue;
            ReadOnlySpan<int> masked = split.AlsoMasked is null ? [] : split.AlsoMasked.ItemsOf(users[row]);
            int count = 0;
            foreach (int item in _indices.AsSpan(row * _length, _length))
            {
                if (item < 0 || count == cutOff) break;
                if (masked.BinarySearch(item) < 0) _ranked[count++] = item;
            }

            accumulator.Add(_ranked.AsSpan(0, count), relevant);
        }
    }

    private static void Grow<T>(ref T[] array, int length)
    {
        if (array.Length < length) array = new T[length];
    }
}
