using Tessera.Data;

namespace Tessera.Serving.Stores;

/// <summary>Whose events are whose, and who wants to be forgotten.</summary>
internal sealed partial class UserStore(Store store)
{
    /// <summary>Users of whom there are events, in the order of their ids.</summary>
    /// <param name="after">The id after which to begin; empty for the first.</param>
    /// <param name="limit">How many at most.</param>
    public Task<IReadOnlyList<StoredUser>> PageAsync(string after, int limit, CancellationToken cancel = default) => store.ReadAsync<IReadOnlyList<StoredUser>>(
        async session => await session.ListAsync<StoredUser>(Page, new { store.Number, After = StoredText.Cleaned(after), Event = LogKind.Event, Limit = limit }), cancel);

    /// <summary>Makes what a session or user did another's, as at a login; who follows the log is told.</summary>
    /// <param name="from">Id of the session, whose history is empty from now on.</param>
    /// <param name="into">Id of the user.</param>
    /// <exception cref="InvalidInputException">An id cannot be used, both are the same, or one of them was erased.</exception>
    public Task<UserChange> MergeAsync(string from, string into, CancellationToken cancel = default)
    {
        StoredId.RequireAddress("user", into);
        StoredId.Require("user to merge", from);
        if (from == into)
            throw new InvalidInputException("The user is to be merged into itself; expected the id of a session, and that of a user.");
        return store.WriteAsync(
            Turn.Users,
            async session =>
            {
                if ((await ErasedAsync(session, [from, into])).Count > 0)
                {
                    throw new InvalidInputException(
                        "One of the users to merge was erased; expected two that were not.");
                }

                long position = await session.TakePositionsAsync(1);
                var values = new { store.Number, From = from, Into = into, Event = LogKind.Event, Merge = LogKind.Merge, Position = position };
                long moved = await session.ExecuteAsync(MoveEvents, values);
                await session.ExecuteAsync(MoveRest, values);
                await session.ExecuteAsync(LogMerge, values);
                return new UserChange(moved, position);
            },
            cancel);
    }

    /// <summary>
    /// Forgets a user and the sessions that were merged into the user: what they did, what was recommended to them and the ids themselves are deleted. Of each id
    /// a hash is remembered, by which followers of the log and trainings recognize it, and by which its events are rejected from now on.
    /// </summary>
    /// <exception cref="InvalidInputException">The id cannot be used.</exception>
    public Task<UserChange> EraseAsync(string user, CancellationToken cancel = default)
    {
        StoredId.Require("user", user);
        return store.WriteAsync(
            Turn.Users,
            async session =>
            {
                IReadOnlyCollection<string> ids = await WithMergedAsync(session, user);
                string[] hashes = [.. ids.Select(store.HashOf)];
                string users = StoredJson.Ids(ids);
                long events = await session.FindAsync<long>(CountEvents(session), new { store.Number, Users = users, Event = LogKind.Event });
                long position = await session.TakePositionsAsync(1);
                await session.ExecuteAsync(Forget(session), new { store.Number, Users = users });
                await session.ExecuteAsync(Remember(session), new { store.Number, Hashes = StoredJson.Ids(hashes) });
                await session.ExecuteAsync(LogErasure, new { store.Number, Position = position, Erasure = LogKind.Erasure, Hashes = string.Join(' ', hashes) });
                return new UserChange(events, position);
            },
            cancel);
    }

    /// <summary>A user's id and those that were merged into it, also by way of others.</summary>
    private async Task<IReadOnlyCollection<string>> WithMergedAsync(Session session, string user)
    {
        HashSet<string> found = [user];
        for (List<string> latest = [user]; latest.Count > 0;)
        {
            string users = StoredJson.Ids(latest);
            latest = (await session.ListAsync<string>(MergedInto(session), new { store.Number, Users = users, Merge = LogKind.Merge })).FindAll(found.Add);
        }

        return found;
    }

    /// <summary>Lets the events of an erased user be stored again.</summary>
    /// <returns>Whether the user was erased.</returns>
    public Task<bool> ReadmitAsync(string user, CancellationToken cancel = default) => store.WriteAsync(
        Turn.Users, async session => await session.ExecuteAsync(Readmit, new { store.Number, Hash = store.HashOf(user) }) > 0, cancel);

    /// <summary>Those of some users who were erased, and are to be kept out of what is trained on.</summary>
    public Task<HashSet<string>> ErasedAsync(IReadOnlyList<string> users, CancellationToken cancel = default) =>
        store.ReadAsync(session => ErasedAsync(session, users), cancel);

    /// <inheritdoc cref="ErasedAsync(IReadOnlyList{string}, CancellationToken)"/>
    internal async Task<HashSet<string>> ErasedAsync(Session session, IReadOnlyList<string> users)
    {
        if (users.Count == 0) return [];
        Dictionary<string, string> byHash = users.ToDictionary(store.HashOf);
        List<string> erased = await session.ListAsync<string>(ErasedAmong(session), new { store.Number, Hashes = StoredJson.Ids(byHash.Keys) });
        return [.. erased.Select(hash => byHash[hash])];
    }
}
