using System.Security.Cryptography;
using System.Text;
using Tessera.Data;

namespace Tessera.Serving.Stores;

/// <summary>What users did.</summary>
internal sealed partial class EventStore(Store store)
{
    /// <summary>How many events a batch may have.</summary>
    public const int MaxBatch = 1000;

    /// <summary>Stores events, exactly once however often a batch is repeated.</summary>
    /// <param name="events">Up to 1,000 events, those that were refused before counted.</param>
    /// <param name="refused">Events that could not even be read; they are counted and kept with the rejected ones.</param>
    /// <exception cref="InvalidInputException">There are too many.</exception>
    public Task<AppendResult> AppendAsync(IReadOnlyList<UserEvent> events, IReadOnlyList<RejectedEvent>? refused = null, CancellationToken cancel = default)
    {
        int count = events.Count + (refused?.Count ?? 0);
        if (count > MaxBatch)
            throw new InvalidInputException($"The batch has {count:N0} events; expected {MaxBatch:N0} at most, so send it in parts.");
        List<RejectedEvent> rejected = [.. refused ?? []];
        Dictionary<string, UserEvent> batch = [];
        foreach (UserEvent one in events)
        {
            if (EventRules.Fault(one) is { } reason) rejected.Add(new RejectedEvent(one.Id, one.User, one.Item, one.Type, reason));
            else batch.TryAdd(one.Id, one);
        }

        int repeated = count - rejected.Count - batch.Count;
        if (count == 0) return Task.FromResult(new AppendResult(0, 0, 0, 0));
        return store.WriteAsync(Turn.Append, async session => await AppendAsync(session, batch, rejected, repeated), cancel);
    }

    /// <summary>What a user did, newest first.</summary>
    /// <param name="user">Id of the user.</param>
    /// <param name="limit">How many at most.</param>
    public Task<IReadOnlyList<UserEvent>> HistoryAsync(string user, int limit, CancellationToken cancel = default) => store.ReadAsync<IReadOnlyList<UserEvent>>(
        async session =>
        {
            if (!StoredId.IsSound(user)) return [];
            return (await session.ListAsync<Row>(History, new { store.Number, User = user, Kind = LogKind.Event, Limit = limit })).ConvertAll(row => row.ToEvent());
        },
        cancel);

    /// <summary>The latest events that were rejected, newest first; some 1,000 are kept.</summary>
    public Task<IReadOnlyList<RejectedEvent>> RejectedAsync(int limit, CancellationToken cancel = default) => store.ReadAsync<IReadOnlyList<RejectedEvent>>(
        async session => (await session.ListAsync<RejectedRow>(Rejected, new { store.Number, Limit = limit })).ConvertAll(row => row.ToEvent()), cancel);

    private async Task<AppendResult> AppendAsync(Session session, Dictionary<string, UserEvent> batch, List<RejectedEvent> refused, int repeated)
    {
        string[] users = [.. batch.Values.Select(one => one.User).Concat(refused.Select(one => one.User).OfType<string>()).Distinct()];
        HashSet<string> erased = await store.Users.ErasedAsync(session, users);
        UserEvent[] wanted = [.. batch.Values.Where(one => !erased.Contains(one.User))];
        List<RejectedEvent> rejected =
        [
            .. refused.Select(one => one.User is { } user && erased.Contains(user) ? one with { User = null } : one),
            .. from one in batch.Values
               where erased.Contains(one.User)
               select new RejectedEvent(one.Id, null, one.Item, one.Type, "The user was erased, so what the user does is not stored."),
        ];
        long first = await session.TakePositionsAsync(wanted.Length + rejected.Count);
        HashSet<string> stored = await InsertAsync(session, wanted, first);
        long position = first + Array.FindLastIndex(wanted, one => stored.Contains(one.Id));
        if (stored.Count < wanted.Length)
        {
            string ids = StoredJson.Ids(from one in wanted where !stored.Contains(one.Id) select one.Id);
            long? earlier = await session.FindAsync<long?>(PositionOf(session), new { store.Number, Ids = ids });
            position = stored.Count == 0 ? earlier ?? 0 : Math.Max(position, earlier ?? 0);
        }

        if (rejected.Count > 0) await KeepAsync(session, rejected, first + wanted.Length);
        return new AppendResult(stored.Count, wanted.Length - stored.Count + repeated, rejected.Count, wanted.Length == 0 ? 0 : position)
        {
            Rejections = rejected.Count == 0 ? [] : [.. rejected.Take(AppendResult.MaxRejections).Select(Shown)],
        };
    }

    /// <summary>Inserts events in the order of their ids, so that two batches with the same ones never wait for each other in a circle.</summary>
    /// <returns>The ids of those that were not there yet.</returns>
    private async Task<HashSet<string>> InsertAsync(Session session, UserEvent[] events, long first)
    {
        if (events.Length == 0) return [];
        string rows = StoredJson.Write(
            from entry in events.Index().OrderBy(entry => entry.Item.Id, StringComparer.Ordinal)
            let one = entry.Item
            select new { one.Id, one.User, one.Item, one.Type, Time = StoredTime.From(one.Time), one.Recommendation, Position = first + entry.Index });
        return [.. await session.ListAsync<string>(Insert(session), new { store.Number, Kind = LogKind.Event, Rows = rows })];
    }

    private async Task KeepAsync(Session session, List<RejectedEvent> rejected, long first)
    {
        RejectedEvent[] shown = [.. rejected.Select(Shown).Distinct()];
        string rows = StoredJson.Write(
            from one in shown.Index()
            let fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(StoredJson.Write(one.Item))))
            orderby fingerprint
            select new { one.Item.Id, one.Item.User, one.Item.Item, one.Item.Type, one.Item.Reason, Fingerprint = fingerprint, Position = first + one.Index });
        await session.ExecuteAsync(Keep(session), new { store.Number, Rows = rows });
        await session.ExecuteAsync(Trim, new { store.Number, Kept = MaxBatch });
    }

    private static RejectedEvent Shown(RejectedEvent one)
    {
        return new RejectedEvent(Cut(one.Id), Cut(one.User), Cut(one.Item), Cut(one.Type), StoredText.Cleaned(one.Reason, longest: 1000));

        static string? Cut(string? text) => text is null ? null : StoredText.Cleaned(text, longest: 1000);
    }
}
