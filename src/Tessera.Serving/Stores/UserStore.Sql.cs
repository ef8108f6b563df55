namespace Tessera.Serving.Stores;

internal sealed partial class UserStore
{
    private const string MoveEvents = "UPDATE log SET user_id = @Into WHERE namespace = @Number AND user_id = @From AND kind = @Event";

    private const string MoveRest = """
        UPDATE recommendations SET user_id = @Into WHERE namespace = @Number AND user_id = @From;
        UPDATE rejected_events SET user_id = @Into WHERE namespace = @Number AND user_id = @From;
        """;

    private const string LogMerge =
        "INSERT INTO log (position, namespace, kind, user_id, from_id) VALUES (@Position, @Number, @Merge, @Into, @From)";

    private const string LogErasure = "INSERT INTO log (position, namespace, kind, hashes) VALUES (@Position, @Number, @Erasure, @Hashes)";

    private const string Page = """
        SELECT user_id AS id, count(*) AS events
        FROM log
        WHERE namespace = @Number AND user_id > @After AND kind = @Event
        GROUP BY user_id
        ORDER BY user_id
        LIMIT @Limit
        """;

    private const string Readmit = "DELETE FROM erased_users WHERE namespace = @Number AND hash = @Hash";

    private static string MergedInto(Session session) => $"""
        SELECT from_id
        FROM log
        WHERE namespace = @Number AND kind = @Merge AND user_id IN (SELECT value ->> 'id' FROM {session.Rows("Users")})
        """;

    private static string CountEvents(Session session) => $"""
        SELECT count(*)
        FROM log
        WHERE namespace = @Number AND kind = @Event AND user_id IN (SELECT value ->> 'id' FROM {session.Rows("Users")})
        """;

    private static string Forget(Session session) => $"""
        DELETE FROM log WHERE namespace = @Number AND user_id IN (SELECT value ->> 'id' FROM {session.Rows("Users")});
        DELETE FROM log WHERE namespace = @Number AND from_id IN (SELECT value ->> 'id' FROM {session.Rows("Users")});
        DELETE FROM recommendations WHERE namespace = @Number AND user_id IN (SELECT value ->> 'id' FROM {session.Rows("Users")});
        DELETE FROM rejected_events WHERE namespace = @Number AND user_id IN (SELECT value ->> 'id' FROM {session.Rows("Users")});
        """;

    private static string Remember(Session session) => $"""
        INSERT INTO erased_users (namespace, hash)
        SELECT @Number, value ->> 'id'
        FROM {session.Rows("Hashes")}
        WHERE true
        ON CONFLICT (namespace, hash) DO NOTHING
        """;

    private static string ErasedAmong(Session session) => $"""
        SELECT hash
        FROM erased_users
        WHERE namespace = @Number AND hash IN (SELECT value ->> 'id' FROM {session.Rows("Hashes")})
        """;
}
