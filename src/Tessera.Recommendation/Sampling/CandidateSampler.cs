using Tessera.Compute.Random;
using Tessera.Data;

namespace Tessera.Recommendation.Sampling;

/// <summary>
/// The items that the positives of a batch must rank above: all items with a training interaction, or so many of them drawn anew for each
/// batch, uniformly and each at most once.
/// </summary>
/// <remarks>What is drawn depends on the stream, the epoch's number and the batches before in the epoch alone. After construction nothing is allocated but an epoch's stream.</remarks>
internal sealed class CandidateSampler
{
    private readonly Rng _rng;
    private readonly int[] _trainingItems;
    private readonly int[] _shuffled; // the first ones are the batch's
    private readonly int[] _placeOfItem; // of the batch's candidates; -1 for all other items
    private readonly int _count;
    private int[] _hits = [];
    private int _batchSize;
    private Rng _epochRng;

    /// <param name="negatives">How many to draw for a batch; null, or as many as there are and more, for all.</param>
    /// <param name="rng">Root of the epochs' streams.</param>
    public CandidateSampler(Interactions train, int? negatives, Rng rng)
    {
        int[] counts = train.ItemCounts();
        _rng = rng;
        _trainingItems = [.. Enumerable.Range(0, train.Items).Where(item => counts[item] > 0)];
        _count = Math.Min(negatives ?? int.MaxValue, _trainingItems.Length);
        Draws = _count < _trainingItems.Length;
        _shuffled = [.. _trainingItems];
        _placeOfItem = new int[Draws ? train.Items : 0];
        Array.Fill(_placeOfItem, -1);
        _epochRng = rng;
        BeginEpoch(1);
    }

    /// <summary>Whether candidates are drawn for each batch; else they are all training items, each positive among them.</summary>
    public bool Draws { get; }

    /// <summary>The candidates of the batch.</summary>
    public ReadOnlyMemory<int> Items => _shuffled.AsMemory(0, _count);

    /// <summary>The place of each positive among the candidates that were drawn, -1 where it is not among them.</summary>
    public ReadOnlySpan<int> Hits => _hits.AsSpan(0, _batchSize);

    /// <summary>Begins an epoch, whatever was drawn before.</summary>
    public void BeginEpoch(int epoch)
    {
        if (!Draws) return;
        Forget();
        _trainingItems.CopyTo(_shuffled, 0);
        _epochRng = _rng.Stream($"epoch {epoch}");
    }

    /// <summary>Draws the candidates of a batch with these positives.</summary>
    public void Draw(ReadOnlySpan<int> positives)
    {
        if (!Draws) return;
        Forget();
        for (int place = 0; place < _count; place++)
        {
            int other = place + _epochRng.Next(_shuffled.Length - place);
            (_shuffled[place], _shuffled[other]) = (_shuffled[other], _shuffled[place]);
            _placeOfItem[_shuffled[place]] = place;
        }

        if (_hits.Length < positives.Length) _hits = new int[positives.Length];
        _batchSize = positives.Length;
        for (int r = 0; r < positives.Length; r++) _hits[r] = _placeOfItem[positives[r]];
    }

    private void Forget()
    {
        for (int place = 0; place < _count; place++) _placeOfItem[_shuffled[place]] = -1;
    }
}
