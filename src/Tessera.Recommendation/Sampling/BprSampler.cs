using Tessera.Compute.Random;
using Tessera.Data;

namespace Tessera.Recommendation.Sampling;

/// <summary>
/// Epochs of training triples for pairwise losses: every training pair once, in random order, each with one negative drawn by
/// <see cref="NegativeSampler"/>.
/// </summary>
/// <remarks>
/// An epoch depends on the state of the generator at its beginning alone, so a run resumes at an epoch by restoring
/// <see cref="RandomState"/>. All of an epoch is drawn when it begins, while what is looked up at random stays in cache: a training
/// step between two batches would push it out. After construction nothing is allocated.
/// </remarks>
internal sealed class BprSampler
{
    private readonly Interactions _train;
    private readonly Rng _rng;
    private readonly NegativeSampler _sampler;
    private readonly int[] _userOfPair;
    private readonly int[] _eligible;
    private readonly int[] _users; // the epoch's triples, in order
    private readonly int[] _positives;
    private readonly int[] _negatives;
    private int _next;

    /// <summary>Prepares epochs over training interactions.</summary>
    /// <param name="batchSize">Triples in a batch, 1 or more; the last batch of an epoch may have fewer.</param>
    /// <param name="rng">Source of order and negatives, for this sampler alone.</param>
    /// <exception cref="InvalidInputException">No training pair has a negative.</exception>
    public BprSampler(Interactions train, int batchSize, Rng rng)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        _sampler = new NegativeSampler(train, rng);
        _train = train;
        _rng = rng;
        _userOfPair = [.. train.Pairs().Select(pair => pair.User)];
        _eligible = [.. Enumerable.Range(0, train.Count).Where(pair => _sampler.HasNegative(_userOfPair[pair]))];
        if (_eligible.Length == 0)
            throw new InvalidInputException(
                $"None of the {train.Count} training pairs has a negative: every user has every training item; train on data with more items.");

        BatchSize = Math.Min(batchSize, _eligible.Length);
        _users = new int[_eligible.Length];
        _positives = new int[_eligible.Length];
        _negatives = new int[_eligible.Length];
        _next = Pairs;
    }

    /// <summary>Triples in a batch, but for the last of an epoch; at most those of an epoch.</summary>
    public int BatchSize { get; }

    /// <summary>Number of triples in an epoch.</summary>
    public int Pairs => _eligible.Length;

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
        _eligible.CopyTo(_positives, 0);
        _rng.Shuffle(_positives);
        for (int triple = 0; triple < Pairs; triple++)
        {
            int pair = _positives[triple], user = _userOfPair[pair];
            (_users[triple], _positives[triple], _negatives[triple]) = (user, _train.ItemIndices[pair], _sampler.Draw(user));
        }

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
        int count = Math.Min(BatchSize, Pairs - _next);
        batch.Fill(_users.AsSpan(_next, count), _positives.AsSpan(_next, count), _negatives.AsSpan(_next, count));
        _next += count;
        return count > 0;
    }
}
