using System.Runtime.CompilerServices;

namespace Tessera.Serving.Stores;

/// <summary>
/// The one sequence of all that changes what a model in memory knows. Positions grow in the order in which entries can be read, so whoever has read up to a
/// position has read all below it, and two positions can be compared, on every database.
/// </summary>
internal sealed class Log(Store store)
{
    private const int PageSize = 1000;

    /// <summary>How often to look without having been woken.</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private const string Read = """
        SELECT position, kind, event_id AS id, user_id AS "user", item_id AS item, type, time, recommendation, from_id AS "from", hashes
        FROM log
        WHERE namespace = @Number AND position > @After AND position < @Horizon
        ORDER BY position
        LIMIT @Limit
        """;

    /// <summary>The entries after a position, in order.</summary>
    /// <param name="after">The position of the last entry that was read; 0 for the beginning.</param>
    /// <param name="limit">How many at most.</param>
    public Task<IReadOnlyList<LogEntry>> ReadAsync(long after, int limit, CancellationToken cancel = default) => store.ReadAsync<IReadOnlyList<LogEntry>>(
        async session =>
        {
            long horizon = await session.HorizonAsync();
            List<Row> rows = await session.ListAsync<Row>(Read, new { store.Number, After = after, Horizon = horizon, Limit = limit });
            return rows.ConvertAll(row => row.ToEntry());
        },
        cancel);

    /// <summary>The entries after a position in order, those that are yet to come included, as many at a time as there are.</summary>
    /// <param name="after">The position of the last entry that was read; 0 for the beginning.</param>
    public async IAsyncEnumerable<IReadOnlyList<LogEntry>> FollowAsync(long after, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        Database database = store.Database;
        database.Listen();
        while (true)
        {
            Task rung = database.Bell.Next;
            IReadOnlyList<LogEntry> entries = await ReadAsync(after, PageSize, cancel);
            if (entries.Count > 0)
            {
                yield return entries;
                after = entries[^1].Position;
                continue;
            }

            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            await Task.WhenAny(rung, Task.Delay(Poll, database.Time, waiting.Token));
            await waiting.CancelAsync();
            cancel.ThrowIfCancellationRequested();
        }
    }

    private sealed record Row
    {
        public long Position { get; init; }

        public LogKind Kind { get; init; }

        public string? Id { get; init; }

        public string? User { get; init; }

        public string? Item { get; init; }

        public string? Type { get; init; }

        public long Time { get; init; }

        public string? Recommendation { get; init; }

        public string? From { get; init; }

        public string? Hashes { get; init; }

        public LogEntry ToEntry() => Kind switch
        {
            LogKind.Event => new LogEntry.EventAdded(Position, new UserEvent(Id!, User!, Item!, Type!, StoredTime.Read(Time), Recommendation)),
            LogKind.Item => new LogEntry.ItemChanged(Position, Item!),
            LogKind.ItemDeleted => new LogEntry.ItemDeleted(Position, Item!),
            LogKind.Merge => new LogEntry.UsersMerged(Position, From!, User!),
            LogKind.Erasure => new LogEntry.UserErased(Position, Hashes!.Split(' ')),
            LogKind.Models => new LogEntry.ModelsChanged(Position),
            _ => throw new InvalidOperationException($"The log has an entry of the unknown kind {Kind}."),
        };
    }
}
