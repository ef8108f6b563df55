namespace Tessera.Serving.Stores;

/// <summary>Recommendations that were handed out, to which events are attributed.</summary>
internal sealed class RecommendationStore(Store store)
{
    private const string Find = """
        SELECT recommendation_id AS id, user_id AS "user", arm, model, items, time
        FROM recommendations
        WHERE namespace = @Number AND recommendation_id = @Id
        """;

    private const string Drop = """
        DELETE FROM recommendations
        WHERE namespace = @Number AND recommendation_id IN
            (SELECT recommendation_id FROM recommendations WHERE namespace = @Number AND time < @Before ORDER BY time LIMIT @Limit)
        """;

    private static string Add(Session session) => $"""
        INSERT INTO recommendations (namespace, recommendation_id, user_id, arm, model, items, time)
        SELECT @Number, value ->> 'id', value ->> 'user', value ->> 'arm', value ->> 'model', value ->> 'items', CAST(value ->> 'time' AS bigint)
        FROM {session.Rows("Rows")}
        WHERE true
        ON CONFLICT (namespace, recommendation_id) DO NOTHING
        """;

    /// <summary>Keeps recommendations. Those of users who were erased are kept without the user.</summary>
    public Task AddAsync(IReadOnlyList<Recommended> recommendations, CancellationToken cancel = default) => store.WriteAsync(
        Turn.Append,
        async session =>
        {
            HashSet<string> erased = await store.Users.ErasedAsync(session, [.. recommendations.Select(one => one.User).OfType<string>().Distinct()]);
            string rows = StoredJson.Write(recommendations.OrderBy(one => one.Id, StringComparer.Ordinal).Select(one => new
            {
                one.Id,
                User = !StoredId.IsSound(one.User) || erased.Contains(one.User!) ? null : one.User,
                one.Arm,
                one.Model,
                Items = StoredJson.Write(one.Items),
                Time = StoredTime.From(one.Time),
            }));
            return await session.ExecuteAsync(Add(session), new { store.Number, Rows = rows });
        },
        cancel);

    /// <summary>The recommendation with an id, or null.</summary>
    public Task<Recommended?> FindAsync(string id, CancellationToken cancel = default) => store.ReadAsync(
        async session => StoredId.IsSound(id) ? (await session.FindAsync<Row>(Find, new { store.Number, Id = id }))?.ToRecommended() : null, cancel);

    /// <summary>Deletes what was handed out before a time, the earliest first.</summary>
    /// <param name="limit">How many at most, as other writes wait meanwhile.</param>
    /// <returns>How many.</returns>
    public Task<int> DropAsync(DateTimeOffset before, int limit, CancellationToken cancel = default) => store.WriteAsync(
        Turn.None, session => session.ExecuteAsync(Drop, new { store.Number, Before = StoredTime.From(before), Limit = limit }), cancel);

    private sealed record Row
    {
        public string Id { get; init; } = "";

        public string? User { get; init; }

        public string Arm { get; init; } = "";

        public string Model { get; init; } = "";

        public string Items { get; init; } = "";

        public long Time { get; init; }

        public Recommended ToRecommended() => new(Id, User, Arm, Model, StoredJson.Read<string[]>(Items), StoredTime.Read(Time));
    }
}
