using Tessera.Compute.Random;
using Tessera.Data;

namespace Tessera.Recommendation.Sampling;

/// <summary>
/// Epochs of training triples for pairwise losses: every training pair once, in random order, each with one negative drawn by
/// <see cref="NegativeSampler"/>.
/// </summary>
/// <remarks>
/// An epoch depends on the state of the generator at its beginning alone, so a run resumes at an epoch by restoring
/// <see cref="RandomState"/>. After construction nothing is allocated.
/// </remarks>
internal sealed class BprSampler
{
    private readonly Interactions _train;
    private readonly Rng _rng;
    private readonly NegativeSampler _negatives;
    private readonly int[] _users;
    private readonly int[] _eligible;
    private readonly int[] _order;
    private int _next;

    /// <summary>Prepares epochs over training interactions.</summary>
    /// <param name="batchSize">Triples in a batch, 1 or more; the last batch of an epoch may have fewer.</param>
    /// <param name="rng">Source of order and negatives, for this sampler alone.</param>
    /// <exception cref="InvalidInputException">No training pair has a negative.</exception>
    public BprSampler(Interactions train, int batchSize, Rng rng)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        _negatives = new NegativeSampler(train, rng);
        _train = train;
        _rng = rng;
        _users = [.. train.Pairs().Select(pair => pair.User)];
        _eligible = [.. Enumerable.Range(0, train.Count).Where(pair => _negatives.HasNegative(_users[pair]))];
        if (_eligible.Length == 0)
        {
            throw new InvalidInputException(
                $"None of the {train.Count} training pairs has a negative: every user has every training item; train on data with more items.");
        }

        BatchSize = Math.Min(batchSize, _eligible.Length);
        _order = new int[_eligible.Length];
        _next = _order.Length;
    }

    /// <summary>Triples in a batch, but for the last of an epoch; at most those of an epoch.</summary>
    public int BatchSize { get; }

    /// <summary>Number of triples in an epoch.</summary>
    public int Pairs => _order.Length;

    /// <summary>Number of batches in an epoch.</summary>
    public int Batches => (int)(((long)Pairs + BatchSize - 1) / BatchSize);

    /// <summary>Number of training pairs left out of every epoch because their user has every training item, hence no negative.</summary>
    public int SkippedPairs => _train.Count - Pairs;

    /// <summary>State of the generator; what it is at <see cref="BeginEpoch"/> determines the epoch.</summary>
    public RngState RandomState
    {
        get => _rng.State;
        set => _rng.State = value;
    }

    /// <summary>Starts an epoch with a new random order, whether or not the one before was finished.</summary>
    public void BeginEpoch()
    {
        _eligible.CopyTo(_order, 0);
        _rng.Shuffle(_order);
        _next = 0;
    }

    /// <summary>Replaces the content of the batch with the next triples of the epoch.</summary>
    /// <param name="batch">Receives up to <see cref="BatchSize"/> triples; it is empty after the last ones.</param>
    /// <returns>Whether there were triples left; false before the first <see cref="BeginEpoch"/>.</returns>
    /// <exception cref="ArgumentException">The batch holds fewer than <see cref="BatchSize"/>.</exception>
    public bool Next(Batch batch)
    {
        if (batch.Capacity < BatchSize)
            throw new ArgumentException($"The batch holds {batch.Capacity} triples; expected {BatchSize} or more.", nameof(batch));
        batch.Clear();
        int end = (int)Math.Min((long)_next + BatchSize, _order.Length);
        for (; _next < end; _next++)
        {
            int pair = _order[_next];
            int user = _users[pair];
            batch.Add(user, _train.ItemIndices[pair], _negatives.Draw(user));
        }

        return batch.Count > 0;
    }
}
