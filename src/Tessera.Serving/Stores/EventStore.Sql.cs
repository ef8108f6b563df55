namespace Tessera.Serving.Stores;

internal sealed partial class EventStore
{
    private const string History = """
        SELECT event_id AS id, user_id AS "user", item_id AS item, type, time, recommendation
        FROM log
        WHERE namespace = @Number AND user_id = @User AND kind = @Kind
        ORDER BY time DESC, position DESC
        LIMIT @Limit
        """;

    private const string Rejected = """
        SELECT event_id AS id, user_id AS "user", item_id AS item, type, reason
        FROM rejected_events
        WHERE namespace = @Number
        ORDER BY position DESC
        LIMIT @Limit
        """;

    private const string Trim = """
        DELETE FROM rejected_events
        WHERE namespace = @Number
          AND position <= (SELECT position FROM rejected_events WHERE namespace = @Number ORDER BY position DESC LIMIT 1 OFFSET @Kept)
        """;

    private static string Insert(Session session) => $"""
        INSERT INTO log (position, namespace, kind, event_id, user_id, item_id, type, time, recommendation)
        SELECT CAST(value ->> 'position' AS bigint), @Number, @Kind, value ->> 'id', value ->> 'user', value ->> 'item', value ->> 'type',
               CAST(value ->> 'time' AS bigint), value ->> 'recommendation'
        FROM {session.Rows("Rows")}
        WHERE true
        ON CONFLICT (namespace, event_id) DO NOTHING
        RETURNING event_id
        """;

    private static string PositionOf(Session session) => $"""
        SELECT max(position)
        FROM log
        WHERE namespace = @Number AND event_id IN (SELECT value ->> 'id' FROM {session.Rows("Ids")})
        """;

    /// <summary>What was rejected before for the same reason is kept once.</summary>
    private static string Keep(Session session) => $"""
        INSERT INTO rejected_events (position, namespace, fingerprint, event_id, user_id, item_id, type, reason)
        SELECT CAST(value ->> 'position' AS bigint), @Number, value ->> 'fingerprint', value ->> 'id', value ->> 'user', value ->> 'item', value ->> 'type',
               value ->> 'reason'
        FROM {session.Rows("Rows")}
        WHERE true
        ON CONFLICT (namespace, fingerprint) DO UPDATE SET position = excluded.position
        """;

    private sealed record RejectedRow
    {
        public string? Id { get; init; }

        public string? User { get; init; }

        public string? Item { get; init; }

        public string? Type { get; init; }

        public string Reason { get; init; } = "";

        public RejectedEvent ToEvent() => new(Id, User, Item, Type, Reason);
    }

    private sealed record Row
    {
        public string Id { get; init; } = "";

        public string User { get; init; } = "";

        public string Item { get; init; } = "";

        public string Type { get; init; } = "";

        public long Time { get; init; }

        public string? Recommendation { get; init; }

        public UserEvent ToEvent() => new(Id, User, Item, Type, StoredTime.Read(Time), Recommendation);
    }
}
