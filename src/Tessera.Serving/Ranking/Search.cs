using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;
using Tessera.Recommendation.Live;
using Tessera.Recommendation.Runs;
using Tessera.Serving.Filters;

namespace Tessera.Serving.Ranking;

/// <summary>
/// A request's search for its best items: s = q·v_i, times a factor, plus what behavior adds, plus b_i·|s|, among the items allowed. What it finds does not
/// depend on the searches beside it.
/// </summary>
internal sealed class Search : IDisposable
{
    private const int SparseShare = 128; // a row by itself waits for memory, and costs as much as its part of a pass for 32 times 128
    private const int QuantizedShare = 256; // a dot product by itself costs ten in a pass over all, and some k·ln(n/k) are left
    private readonly ItemSet _allowed;
    private readonly BestItems _best;
    private float[]? _added, _boosts;
    private float _highestBoost;

    /// <param name="run">The model as the request sees it, whose memory this keeps.</param>
    /// <param name="allowed">The items to choose from; the caller's.</param>
    /// <param name="most">How many to find, 1 or more.</param>
    public Search(TrainedRun run, ItemSet allowed, int most) => (Run, _allowed, _best) = (run, allowed, new BestItems(Math.Min(most, Math.Max(1, allowed.Items))));

    /// <summary>The model.</summary>
    public TrainedRun Run { get; }

    /// <summary>q, <c>[d]</c>; null for 0.</summary>
    public float[]? Query { get; init; }

    /// <summary>The factor of each item; empty for 1.</summary>
    public ReadOnlyMemory<float> Factors { get; init; }

    /// <summary>The vectors as whole numbers, of these items and perhaps more; null to go without.</summary>
    public QuantizedRows? Quantized { get; set; }

    /// <summary>Stops the search before it begins.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Ends when the search has.</summary>
    public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The vectors it goes through.</summary>
    public Matrix Vectors => Run.ItemVectors;

    /// <summary>Number of items.</summary>
    public int Items => _allowed.Items;

    /// <summary>
    /// A dot product that a later one must exceed to be of any use; -∞ where that alone does not tell. A boost of at most b ≤ 1 brings no score above
    /// T &gt; 0 that is not above T / (1 + b), less what rounding may take.
    /// </summary>
    public float Threshold => !Factors.IsEmpty || _added is not null ? float.NegativeInfinity
        : _boosts is null ? _best.Threshold
        : _best.Threshold > 0 && _highestBoost <= 1 ? _best.Threshold / (1 + _highestBoost) * 0.9999f
        : float.NegativeInfinity;

    /// <summary>
    /// Whether whole numbers tell which items are worth a dot product, all but a few being not: where dot products alone tell, and of some hundreds of items one
    /// is looked for.
    /// </summary>
    public bool IsQuantized => Quantized is not null && Factors.IsEmpty && _added is null && _highestBoost <= 1 && _best.Most <= Items / QuantizedShare;

    /// <summary>Whether so few items are allowed that going through these alone costs less than a share in a pass over all.</summary>
    public bool IsSparse => _allowed.Count() < Items / SparseShare;

    /// <summary>Adds something to each score, which the caller writes.</summary>
    /// <returns>Room for a number an item.</returns>
    public Span<float> Add() => (_added ??= ArrayPool<float>.Shared.Rent(Items)).AsSpan(0, Items);

    /// <summary>Adds nothing after all.</summary>
    public void AddNothing() => Return(ref _added);

    /// <summary>Boosts items by b_i, as rules say.</summary>
    public void Boost(Rules rules)
    {
        if (!rules.Boosts) return;
        _boosts ??= ArrayPool<float>.Shared.Rent(Items);
        rules.Boost(_boosts.AsSpan(0, Items));
        _highestBoost = Math.Max(0, TensorPrimitives.Max<float>(_boosts.AsSpan(0, Items)));
    }

    /// <summary>Whether two searches go through the same memory, so that one pass over it does for both.</summary>
    public bool SharesVectors(Search other) => Vectors.SharesRows(other.Vectors);

    /// <summary>Goes through the items allowed alone, by a panel that has the query as its only vector.</summary>
    public void RunAlone(VectorPanel panel)
    {
        Span<float> scores = stackalloc float[64];
        for (int first = 0; first < Items; first += scores.Length)
        {
            ulong bits = _allowed.Words[first / 64];
            if (bits == 0) continue;
            for (int place = 0; bits >> place is not 0 and var left;)
            {
                place += BitOperations.TrailingZeroCount(left);
                int run = BitOperations.TrailingZeroCount(~(bits >> place));
                panel.Multiply(Vectors, first + place, run);
                panel.CopyTo(0, scores.Slice(place, run));
                if ((place += run) >= 64) break;
            }

            Offer(first, scores[..Math.Min(64, Items - first)]);
        }
    }

    /// <summary>Goes through all items by what is added alone.</summary>
    public void RunWithoutVectors()
    {
        Span<float> scores = stackalloc float[VectorPanel.BlockRows];
        for (int first = 0; first < Items; first += scores.Length)
        {
            Span<float> block = scores[..Math.Min(scores.Length, Items - first)];
            block.Clear();
            Offer(first, block);
        }
    }

    /// <summary>Takes the dot products of some consecutive items, which come in the order of their numbers.</summary>
    /// <param name="first">Number of the first, a multiple of 64.</param>
    /// <param name="scores">The dot products, which are overwritten.</param>
    public void Offer(int first, Span<float> scores)
    {
        if (!Factors.IsEmpty) TensorPrimitives.Multiply(scores, Factors.Span.Slice(first, scores.Length), scores);
        if (_added is not null) TensorPrimitives.Add(scores, _added.AsSpan(first, scores.Length), scores);
        if (_boosts is not null)
        {
            Span<float> sizes = stackalloc float[VectorPanel.BlockRows];
            sizes = sizes[..scores.Length];
            TensorPrimitives.Abs(scores, sizes);
            TensorPrimitives.MultiplyAdd(sizes, _boosts.AsSpan(first, scores.Length), scores, scores);
        }

        ReadOnlySpan<ulong> allowed = _allowed.Words[(first / 64)..];
        for (int from = 0; from < scores.Length; from += 64)
        {
            ulong bits = allowed[from / 64];
            if (bits == 0) continue;
            Span<float> some = scores[from..Math.Min(scores.Length, from + 64)];
            for (bits &= Above(some, _best.Threshold); bits != 0; bits &= bits - 1)
            {
                int place = BitOperations.TrailingZeroCount(bits);
                _best.Offer(some[place], first + from + place);
            }
        }
    }

    /// <summary>Whether it looks for such an item.</summary>
    public bool Allows(int item) => item < Items && _allowed.Contains(item);

    /// <summary>Takes the dot product of an item that it allows; items come in the order of their numbers.</summary>
    public void Offer(int item, float score) => _best.Offer(_boosts is null ? score : score + (Math.Abs(score) * _boosts[item]), item);

    /// <summary>Begins again, without whole numbers, which do not tell enough.</summary>
    public void BeginWhole()
    {
        Quantized = null;
        _best.Clear();
    }

    /// <summary>What was found, best first.</summary>
    public List<RankedScore> Found() => _best.ToList();

    /// <summary>Ends it; not before <see cref="Done"/> has ended, if it was queued.</summary>
    public void Dispose()
    {
        Return(ref _added);
        Return(ref _boosts);
        _best.Dispose();
    }

    private static void Return(ref float[]? rented)
    {
        if (rented is null) return;
        ArrayPool<float>.Shared.Return(rented);
        rented = null;
    }

    private static ulong Above(ReadOnlySpan<float> scores, float threshold)
    {
        ulong bits = 0;
        int i = 0;
        Vector512<float> thresholds = Vector512.Create(threshold);
        for (; i + Vector512<float>.Count <= scores.Length; i += Vector512<float>.Count)
            bits |= Vector512.GreaterThan(Vector512.Create(scores[i..]), thresholds).ExtractMostSignificantBits() << i;
        for (; i < scores.Length; i++)
            if (scores[i] > threshold) bits |= 1UL << i;
        return bits;
    }
}
