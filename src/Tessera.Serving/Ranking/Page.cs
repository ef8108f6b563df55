using Tessera.Recommendation.Live;
using Tessera.Recommendation.Runs;
using Tessera.Serving.Filters;
using Tessera.Serving.Generations;

namespace Tessera.Serving.Ranking;

/// <summary>A page of a list in the making. For one caller.</summary>
internal sealed class Page : IDisposable
{
    private const int MaxBecause = 5;
    private readonly OpenGeneration _generation;
    private readonly RecommendationRequest _request;
    private readonly Continuation _before;
    private readonly Audience _audience;
    private readonly Rules _rules;
    private readonly ItemSet _allowed;
    private readonly List<string> _notes = [];
    private readonly List<int> _pinned = [];
    private List<(RankedScore Item, string Reason)> _found = [];

    /// <param name="generation">What answers, which the caller holds.</param>
    /// <param name="before">What earlier pages showed.</param>
    /// <exception cref="Data.InvalidInputException">A rule cannot be.</exception>
    public Page(OpenGeneration generation, RecommendationRequest request, Continuation before)
    {
        (_generation, _request, _before) = (generation, request, before);
        Count = Math.Min(request.Count, RecommendationRequest.MaxCount - before.Shown.Length);
        _audience = Audience.Of(generation.Live.Current, request, _notes);
        _rules = new Rules(request.Filter, request.Boost, generation.Attributes);
        _notes.AddRange(_rules.Notes);
        _allowed = generation.Visible(Run);
        _rules.Filter(_allowed);
        foreach (string id in request.Exclude) Forbid(Run.TryFindItem(id));
        foreach (string id in request.Pinned) Pin(id);
        if (_audience.User is { } user)
            foreach (int item in Run.KnownTo(user)) _allowed.Remove(item);
    }

    /// <summary>How many items it may have; 0 where the list is at its end.</summary>
    public int Count { get; }

    /// <summary>Whether another page has something.</summary>
    public bool HasMore { get; private set; }

    /// <summary>What of the request had no effect.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>What was shown, this page included.</summary>
    public Continuation Shown => _before.With(_generation.Name, _pinned.Concat(_found.Select(found => found.Item.Item)).Select(Run.ItemId));

    private TrainedRun Run => _audience.Run;

    /// <summary>Finds the items that are not pinned.</summary>
    public async Task FindAsync(SearchQueue queue, CancellationToken cancellationToken)
    {
        int count = Count - _pinned.Count, seen = _before.Shown.Length;
        bool diverse = _request.Diversity > 0 && Run.HasVectors && _audience.IsKnown;
        if (_request.Diversity > 0 && !diverse) _notes.Add("Diversity had no effect, for the list does not come of vectors.");

        // What was shown is among the best, and one more tells whether there is another page.
        int most = (diverse ? Diversity.PoolOf(count) : count) + seen + 1;
        List<(RankedScore Item, string Reason)> fresh = _audience.IsKnown ? await PersonalAsync(queue, most, cancellationToken).ConfigureAwait(false) : General(most);
        fresh.RemoveAll(found => seen > 0 && _before.HasShown(Run.ItemId(found.Item.Item)));
        HasMore = fresh.Count > count && seen + Count < RecommendationRequest.MaxCount;
        if (diverse)
            fresh = [.. Diversity.Choose(Run, [.. fresh.Select(found => found.Item)], count, _request.Diversity).Select(item => (item, _audience.Reason))];
        _found = fresh.Count > count ? fresh[..count] : fresh;
    }

    /// <summary>The items, pinned ones first.</summary>
    public IReadOnlyList<RecommendedItem> Items()
    {
        var items = new List<RecommendedItem>(_pinned.Count + _found.Count);
        foreach (int item in _pinned) items.Add(new RecommendedItem(Run.ItemId(item), 0, RecommendedItem.Promoted));
        foreach ((RankedScore found, string reason) in _found) items.Add(new RecommendedItem(Run.ItemId(found.Item), found.Score, reason));
        return _request.Explain && _audience.IsKnown ? Explained(items) : items;
    }

    /// <inheritdoc/>
    public void Dispose() => _allowed.Dispose();

    private void Forbid(int? item)
    {
        if (item is { } number) _allowed.Remove(number);
    }

    private void Pin(string id)
    {
        if (_pinned.Count == Count || Run.TryFindItem(id) is not { } item || !_allowed.Contains(item)) return;
        _allowed.Remove(item);
        if (!_before.HasShown(id)) _pinned.Add(item);
    }

    private async Task<List<(RankedScore Item, string Reason)>> PersonalAsync(SearchQueue queue, int most, CancellationToken cancellationToken)
    {
        int user = _audience.User!.Value;
        using var search = new Search(Run, _allowed, most)
        {
            Query = Run.HasVectors ? Run.UserVector(user).ToArray() : null,
            Quantized = _generation.Quantized(Run),
            Cancellation = cancellationToken,
        };
        if (!Run.ScoreByBehavior(user, search.Add())) search.AddNothing();
        return await RunAsync(search, queue).ConfigureAwait(false);
    }

    private async Task<List<(RankedScore Item, string Reason)>> RunAsync(Search search, SearchQueue queue)
    {
        search.Boost(_rules);
        if (search.Query is null) search.RunWithoutVectors();
        else await queue.Run(search).ConfigureAwait(false);
        return search.Found().ConvertAll(item => (item, _audience.Reason));
    }

    /// <summary>What is popular and new.</summary>
    private List<(RankedScore Item, string Reason)> General(int most)
    {
        using var search = new Search(Run, _allowed, most);
        search.Boost(_rules);
        Span<float> popularity = search.Add();
        _generation.Popularity.Span.CopyTo(popularity);
        popularity[_generation.Popularity.Length..].Fill(float.NegativeInfinity);
        search.RunWithoutVectors();
        return Unpersonal.Mix(search.Found(), _generation.Arrivals.Latest(_allowed, most).ConvertAll(item => new RankedScore(item, 0)), most);
    }

    private List<RecommendedItem> Explained(List<RecommendedItem> items)
    {
        int[] numbers = [.. _pinned, .. _found.Select(found => found.Item.Item)];
        IReadOnlyList<RankedItem> described = Run.Describe(new UserRanking(_audience.User!.Value, numbers, new float[numbers.Length], IsPopular: false));
        return
        [
            .. items.Zip(described, (item, why) => item with
            {
                Shares = why.Shares,
                Because = [.. why.Because.Where(part => part.Part > 0).Take(MaxBecause).Select(part => part.Id)],
            }),
        ];
    }
}
