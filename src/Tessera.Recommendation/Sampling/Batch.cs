namespace Tessera.Recommendation.Sampling;

/// <summary>A mini-batch of training triples: user u interacted with positive item i and not with negative item j. Reused.</summary>
/// <param name="capacity">Most triples it can hold.</param>
public sealed class Batch(int capacity)
{
    private readonly int[] _users = new int[capacity];
    private readonly int[] _positives = new int[capacity];
    private readonly int[] _negatives = new int[capacity];

    /// <summary>Most triples it can hold.</summary>
    public int Capacity => _users.Length;

    /// <summary>Number of triples it holds.</summary>
    public int Count { get; private set; }

    /// <summary>u of each triple.</summary>
    public ReadOnlyMemory<int> Users => _users.AsMemory(0, Count);

    /// <summary>i of each triple.</summary>
    public ReadOnlyMemory<int> Positives => _positives.AsMemory(0, Count);

    /// <summary>j of each triple.</summary>
    public ReadOnlyMemory<int> Negatives => _negatives.AsMemory(0, Count);

    /// <summary>Empties the batch.</summary>
    public void Clear() => Count = 0;

    /// <summary>Appends a triple.</summary>
    /// <exception cref="InvalidOperationException">The batch is full.</exception>
    public void Add(int user, int positive, int negative)
    {
        if (Count == Capacity) throw new InvalidOperationException($"The batch is full: it holds {Capacity} triples.");
        _users[Count] = user;
        _positives[Count] = positive;
        _negatives[Count++] = negative;
    }

    /// <summary>Replaces the triples by as many as the spans are long, at most <see cref="Capacity"/>.</summary>
    internal void Fill(ReadOnlySpan<int> users, ReadOnlySpan<int> positives, ReadOnlySpan<int> negatives)
    {
        users.CopyTo(_users);
        positives.CopyTo(_positives);
        negatives.CopyTo(_negatives);
        Count = users.Length;
    }
}
