using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Recommendation.Metrics;
using Tessera.Recommendation.Scoring;

namespace Tessera.Recommendation.Evaluation;

/// <summary>
/// The best items of a block of users with training items masked, long enough that each split's own masked items can still be
/// left out: the K best without a masked items are among the K + a best with them.
/// </summary>
internal sealed class RankedBlock
{
    private const int RowsAtATime = 64;
    private readonly int[] _users;
    private readonly int[] _items;
    private readonly int _length;
    private readonly ParallelOptions _threads;
    private readonly int _cutOff; // no ranking is longer than there are items

    /// <param name="scores">Scores <c>[users x items]</c>, one row a user.</param>
    /// <param name="cutOff">K, which may exceed the number of items.</param>
    public RankedBlock(
        Device device, Matrix scores, ReadOnlySpan<int> users, Interactions train, IReadOnlyList<HeldOut> splits, int cutOff)
    {
        _users = users.ToArray();
        _threads = ItemWeights.InThreadsOf(device);
        _cutOff = Math.Min(cutOff, scores.Columns);
        int alsoMasked = splits.Max(split => _users.Max(user => split.AlsoMasked?.ItemsOf(user).Length ?? 0));
        _length = Math.Min(_cutOff + alsoMasked, scores.Columns);
        _items = new int[_users.Length * _length];
        var starts = new int[_users.Length + 1];
        var mask = new List<int>();
        for (int row = 0; row < _users.Length; row++)
        {
            mask.AddRange(train.ItemsOf(_users[row]));
            starts[row + 1] = mask.Count;
        }

        device.TopK(scores, null, starts, mask.ToArray(), _items, new float[_items.Length]);
    }

    /// <summary>Measures the block's users of a split, shared out over as many threads as the device has, and adds them in order.</summary>
    public void Measure(HeldOut split, MetricAccumulator accumulator)
    {
        int metrics = accumulator.Names.Count;
        var values = new double[_users.Length * metrics];
        Parallel.For(0, (_users.Length + RowsAtATime - 1) / RowsAtATime, _threads, part =>
        {
            var ranked = new int[_cutOff];
            int end = Math.Min(_users.Length, (part + 1) * RowsAtATime);
            for (int row = part * RowsAtATime; row < end; row++)
            {
                ReadOnlySpan<int> relevant = split.Relevant.ItemsOf(_users[row]);
                if (relevant.IsEmpty) continue;
                ReadOnlySpan<int> alsoMasked = split.AlsoMasked is null ? [] : split.AlsoMasked.ItemsOf(_users[row]);
                int kept = Keep(_items.AsSpan(row * _length, _length), alsoMasked, ranked);
                accumulator.Measure(ranked.AsSpan(0, kept), relevant, values.AsSpan(row * metrics, metrics));
            }
        });
        for (int row = 0; row < _users.Length; row++)
        {
            if (!split.Relevant.ItemsOf(_users[row]).IsEmpty) accumulator.Add(values.AsSpan(row * metrics, metrics));
        }
    }

    /// <summary>Counts cold items among the best that the block's users of a split are shown.</summary>
    /// <param name="cold">Whether an item is cold, <c>[|I|]</c>.</param>
    /// <param name="shown">Number of best items a user is shown, no more than the ranking has.</param>
    public (long Cold, long All) CountCold(HeldOut split, bool[] cold, int shown)
    {
        long found = 0, all = 0;
        var ranked = new int[Math.Min(shown, _cutOff)];
        for (int row = 0; row < _users.Length; row++)
        {
            if (split.Relevant.ItemsOf(_users[row]).IsEmpty) continue;
            ReadOnlySpan<int> alsoMasked = split.AlsoMasked is null ? [] : split.AlsoMasked.ItemsOf(_users[row]);
            int kept = Keep(_items.AsSpan(row * _length, _length), alsoMasked, ranked);
            foreach (int item in ranked.AsSpan(0, kept))
                if (cold[item]) found++;
            all += kept;
        }

        return (found, all);
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
}
