using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Tessera.Serving.Generations;
using Tessera.Serving.Stores;

namespace Tessera.Serving.Experiments;

/// <summary>Compares arms by the lists and events in the store.</summary>
internal sealed class Experiment(
    [FromKeyedServices] StoreSource source, [FromKeyedServices] ServedGenerations served, [FromKeyedServices] IOptions<TesseraOptions> options) : IExperiment, IDisposable
{
    private readonly SemaphoreSlim _comparing = new(1); // goes through all lists of the time, so that several at once would keep others waiting

    private static readonly string[] UsualClicks = ["click"], UsualPurchases = ["purchase"];

    /// <inheritdoc/>
    public async Task<ArmComparison> CompareAsync(DateTimeOffset since, CancellationToken cancellationToken = default)
    {
        Store store = await source.OpenAsync();
        var values = new
        {
            store.Number,
            Since = StoredTime.From(since),
            Kind = LogKind.Event,
            Clicks = StoredJson.Ids(options.Value.Clicks ?? UsualClicks),
            Purchases = StoredJson.Ids(options.Value.Purchases ?? UsualPurchases),
        };
        List<Row> rows = await OneAtATimeAsync(() => store.ReadAsync(session => session.ListAsync<Row>(Count(session), values), cancellationToken), cancellationToken);
        ArmFigures[] arms = [.. rows.Select(row => row.ToFigures())];
        (string? better, string verdict) = Judge(arms, served.Current);
        return new ArmComparison(arms, better, verdict);
    }

    private async Task<List<Row>> OneAtATimeAsync(Func<Task<List<Row>>> count, CancellationToken cancel)
    {
        await _comparing.WaitAsync(cancel);
        try
        {
            return await count();
        }
        finally
        {
            _comparing.Release();
        }
    }

    /// <summary>Which of the arms that are served now does better by clicks.</summary>
    internal static (string? Better, string Verdict) Judge(IReadOnlyList<ArmFigures> arms, Arms? current)
    {
        if (current?.Challenger is null) return (null, "No challenger is served, so there is nothing to compare.");
        ArmFigures? champion = Find(RecommendationResponse.Champion, current.Champion.Name), challenger = Find(RecommendationResponse.Challenger, current.Challenger.Name);
        return (champion, challenger) switch
        {
            ({ } one, { } other) when one.ClickRate.Low > other.ClickRate.High => (one.Arm, "The champion's lists are clicked more often."),
            ({ } one, { } other) when other.ClickRate.Low > one.ClickRate.High => (other.Arm, "The challenger's lists are clicked more often."),
            _ => (null, "There is not enough data to tell which of the two is clicked more often."),
        };

        ArmFigures? Find(string arm, string model) => arms.FirstOrDefault(figures => figures.Arm == arm && figures.Model == model);
    }

    private static string Count(Session session) => $"""
        SELECT arm, model, count(*) AS lists, {Named(session, "Clicks")} AS clicks, {Named(session, "Purchases")} AS purchases
        FROM recommendations
        WHERE namespace = @Number AND time >= @Since
        GROUP BY arm, model
        ORDER BY CASE arm WHEN 'champion' THEN 0 ELSE 1 END, max(time) DESC, model
        """;

    /// <inheritdoc/>
    public void Dispose() => _comparing.Dispose();

    /// <summary>Number of lists that events of some types name; each list is looked for among the events, which an index has in order.</summary>
    private static string Named(Session session, string types) => $"""
        count(*) FILTER (WHERE EXISTS (
            SELECT 1 FROM log
            WHERE log.namespace = @Number AND log.recommendation = recommendation_id AND log.kind = @Kind
                AND log.type IN (SELECT value ->> 'id' FROM {session.Rows(types)})))
        """;

    private sealed record Row
    {
        public string Arm { get; init; } = "";

        public string Model { get; init; } = "";

        public long Lists { get; init; }

        public long Clicks { get; init; }

        public long Purchases { get; init; }

        public ArmFigures ToFigures() => new(Arm, Model, Lists, Clicks, Purchases, Wilson.Of(Clicks, Lists), Wilson.Of(Purchases, Lists));
    }
}
