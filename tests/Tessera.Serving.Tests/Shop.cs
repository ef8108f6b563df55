using Tessera.Models.Tests.Live;
using Tessera.Recommendation.Live;
using Tessera.Serving.Generations;
using Tessera.Serving.Ranking;

namespace Tessera.Serving.Tests;

/// <summary>A recommender over one run, and what of it tests look into.</summary>
internal sealed class Shop : IDisposable
{
    public Shop(string run, string name = "first", byte[]? key = null)
    {
        (Live, Generation) = Open(run, name);
        Generations.Serve(Generation);
        Ranker = new Ranker(Generations, Queue, key ?? new byte[32]);
    }

    public LiveRecommender Live { get; }

    public OpenGeneration Generation { get; }

    public ServedGenerations Generations { get; } = new();

    public SearchQueue Queue { get; } = new(threads: 1);

    public Ranker Ranker { get; }

    public static (LiveRecommender Live, OpenGeneration Generation) Open(string run, string name)
    {
        LiveRecommender live = LiveRecommender.Open(run, LiveRuns.Catalog);
        return (live, new OpenGeneration(name, live));
    }

    public Task<RecommendationResponse> Recommend(RecommendationRequest request) => Ranker.RecommendAsync(request);

    public async Task<string[]> Ids(RecommendationRequest request) => [.. (await Recommend(request)).Items.Select(item => item.Id)];

    public void Set(string item, params (string Name, AttributeValue Value)[] attributes) =>
        Generation.Attributes.Set(Live.Current.FindItem(item), attributes.ToDictionary(given => given.Name, given => given.Value));

    /// <summary>Has items come one after another.</summary>
    public void Arrive(params string[] items) => Generation.Arrivals.Add(items.Select((item, day) => (Live.Current.FindItem(item), item, DateTimeOffset.UnixEpoch.AddDays(day))));

    public void Dispose()
    {
        Queue.Dispose();
        Generations.Dispose();
    }
}
