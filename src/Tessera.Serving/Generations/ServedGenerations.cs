using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Recommendation.Runs;

namespace Tessera.Serving.Generations;

/// <summary>The generations that are served. What is served changes by one pointer, while requests go on with what they have.</summary>
internal sealed class ServedGenerations : IDisposable
{
    private readonly Lock _changing = new();
    private volatile Arms? _arms;

    /// <summary>What is served now; null for nothing.</summary>
    public Arms? Current => _arms;

    /// <summary>
    /// Serves these from now on. They are taken over: one that is served no longer, now or later, is disposed of when its last request is answered.
    /// </summary>
    /// <exception cref="ObjectDisposedException">One of them is gone.</exception>
    public void Serve(OpenGeneration champion, OpenGeneration? challenger = null, double share = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1);
        if (ReferenceEquals(champion, challenger)) throw new ArgumentException("The challenger is the champion.", nameof(challenger));
        ObjectDisposedException.ThrowIf(champion.IsGone, champion);
        if (challenger is not null) ObjectDisposedException.ThrowIf(challenger.IsGone, challenger);
        Change(new Arms(champion, challenger, share));
    }

    /// <summary>A lease of the generation that serves a user.</summary>
    /// <param name="user">The user's id; null for none.</param>
    /// <param name="pinned">Name of the generation to take instead, as long as it is served; null for none.</param>
    /// <param name="isLook">Whether it is to be of no arm.</param>
    /// <exception cref="NoModelException">Nothing is served.</exception>
    public GenerationLease Lease(string? user, string? pinned = null, bool isLook = false)
    {
        while (true)
        {
            Arms arms = _arms ?? throw new NoModelException();
            bool isChallengers = pinned == arms.Challenger?.Name && pinned is not null || (pinned != arms.Champion.Name && arms.IsChallengers(user));
            OpenGeneration generation = isChallengers ? arms.Challenger! : arms.Champion;
            string arm = isChallengers ? RecommendationResponse.Challenger : RecommendationResponse.Champion;
            if (generation.TryHold()) return new GenerationLease(generation, isLook ? null : arm);

            // It left in between, so that other arms are there by now.
        }
    }

    /// <summary>A lease of a generation that somebody chose, which is served as no arm.</summary>
    /// <param name="model">An arm, or the name of a generation that is one.</param>
    /// <exception cref="InvalidInputException">It is not served.</exception>
    /// <exception cref="NoModelException">Nothing is served.</exception>
    public GenerationLease LeaseChosen(string model)
    {
        while (true)
        {
            Arms arms = _arms ?? throw new NoModelException();
            OpenGeneration generation = arms.Find(model) ?? throw new InvalidInputException(
                $"The model {SourceText.Quoted(model)} is not served; expected champion, challenger or the id of one of them. "
                + "Another can be looked at once it is the challenger, with traffic 0 where no user is to get it.");
            if (generation.TryHold()) return new GenerationLease(generation, arm: null);
        }
    }

    /// <summary>Whether a generation is served to anybody.</summary>
    public bool IsServed(string name) => _arms is { } arms && (arms.Champion.Name == name || arms.Challenger?.Name == name);

    /// <summary>Whether the champion learned an item in training, rather than knows it by its content or not at all; null while none is served.</summary>
    public bool? HasLearned(string item)
    {
        if (_arms is null) return null;
        using GenerationLease lease = Lease(user: null);
        TrainedRun run = lease.Generation.Live.Current;
        return run.TryFindItem(item) < run.TrainedItems;
    }

    /// <summary>Serves nothing any more.</summary>
    public void Dispose() => Change(null);

    private void Change(Arms? after)
    {
        lock (_changing)
        {
            Arms? before = _arms;
            _arms = after;
            OpenGeneration?[] stay = [after?.Champion, after?.Challenger];
            foreach (OpenGeneration? served in new[] { before?.Champion, before?.Challenger })
                if (served is not null && !stay.Contains(served)) served.Leave();
        }
    }
}
