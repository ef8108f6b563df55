using Tessera.Compute.Random;
using Tessera.Data;

namespace Tessera.Recommendation.Sampling;

/// <summary>Draws items that a user has not interacted with, uniformly from the items that have a training interaction.</summary>
/// <remarks>By rejection: a user with n of the N training items takes N / (N - n) draws on average.</remarks>
internal sealed class NegativeSampler
{
    private readonly Interactions _train;
    private readonly Rng _rng;
    private readonly int[] _trainingItems;

    /// <summary>Prepares drawing against training interactions.</summary>
    /// <param name="train">Training interactions; they define both the candidates and what is excluded.</param>
    public NegativeSampler(Interactions train, Rng rng)
    {
        _train = train;
        _rng = rng;
        int[] counts = train.ItemCounts();
        _trainingItems = [.. Enumerable.Range(0, train.Items).Where(item => counts[item] > 0)];
    }

    /// <summary>The items that have a training interaction, ascending.</summary>
    public ReadOnlySpan<int> TrainingItems => _trainingItems;

    /// <summary>Whether the user has a negative: some training item is not theirs.</summary>
    public bool HasNegative(int user) => _train.ItemsOf(user).Length < _trainingItems.Length;

    /// <summary>Draws a negative of a user.</summary>
    /// <exception cref="InvalidOperationException">The user interacted with every training item.</exception>
    public int Draw(int user)
    {
        if (!HasNegative(user)) throw new InvalidOperationException($"User {user} has every training item, so there is no negative.");
        int item;
        do item = _trainingItems[_rng.Next(_trainingItems.Length)];
        while (_train.Contains(user, item));
        return item;
    }
}
