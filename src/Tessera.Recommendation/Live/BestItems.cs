using System.Buffers;
using Tessera.Compute.Kernels;

namespace Tessera.Recommendation.Live;

/// <summary>
/// The k highest of scores that come one after the other, in memory that is used again: a heap whose root is the k-th. Equal scores rank by number, lowest
/// first; -∞ and NaN are never kept.
/// </summary>
internal sealed class BestItems : IDisposable
{
    private ulong[] _keys; // a heap, the lowest score first
    private int _count;

    /// <param name="most">k, 1 or more.</param>
    public BestItems(int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        (Most, _keys) = (most, ArrayPool<ulong>.Shared.Rent(most));
    }

    /// <summary>k.</summary>
    public int Most { get; }

    /// <summary>A score that a later one must exceed to be kept, items coming in the order of their numbers.</summary>
    public float Threshold { get; private set; } = float.NegativeInfinity;

    /// <summary>Keeps a score if it is among the highest.</summary>
    public void Offer(float score, int item)
    {
        if (!(score > float.NegativeInfinity)) return;
        ulong key = TopK.Key(score, item); // the higher a score, the lower its key
        if (_count < Most)
        {
            int place = _count++;
            for (int parent; place > 0 && _keys[parent = (place - 1) / 2] < key; place = parent) _keys[place] = _keys[parent];
            _keys[place] = key;
        }
        else if (key < _keys[0])
        {
            Sink(key);
        }
        else
        {
            return;
        }

        if (_count == Most) Threshold = TopK.Score(_keys[0]);
    }

    /// <summary>Forgets what was kept.</summary>
    public void Clear() => (_count, Threshold) = (0, float.NegativeInfinity);

    /// <summary>What was kept, best first.</summary>
    public List<RankedScore> ToList()
    {
        Span<ulong> keys = _keys.AsSpan(0, _count);
        keys.Sort();
        var best = new List<RankedScore>(_count);
        foreach (ulong key in keys) best.Add(new RankedScore((int)(uint)key, TopK.Score(key)));
        _count = 0;
        return best;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ulong[] keys = Interlocked.Exchange(ref _keys, []);
        if (keys.Length > 0) ArrayPool<ulong>.Shared.Return(keys);
    }

    /// <summary>Puts a key in the place of the root.</summary>
    private void Sink(ulong key)
    {
        int place = 0;
        while ((2 * place) + 1 is var child && child < _count)
        {
            if (child + 1 < _count && _keys[child + 1] > _keys[child]) child++;
            if (_keys[child] < key) break;
            _keys[place] = _keys[child];
            place = child;
        }

        _keys[place] = key;
    }
}

/// <summary>An item and its score.</summary>
internal readonly record struct RankedScore(int Item, float Score);
