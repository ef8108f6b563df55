using Tessera.Data.EventLogs;

namespace Tessera.Data.Filtering;

/// <summary>
/// Reads an event log with one event for each (user, item) pair: the earliest of those that are wanted. Memory holds a number
/// for each item and the events of one user.
/// </summary>
internal static class DistinctPairs
{
    /// <summary>Reads the users in order, those without any wanted event too.</summary>
    /// <param name="log">The event log.</param>
    /// <param name="wanted">Which events count, or null for all.</param>
    /// <param name="cancellation">Stops the reading.</param>
    public static IEnumerable<UserEvents> Of(EventLog log, Func<Event, bool>? wanted, CancellationToken cancellation)
    {
        var lastUser = new int[log.Items];
        lastUser.AsSpan().Fill(-1);
        var own = new Event[64];
        foreach (UserEvents user in log.EventsByUser(cancellation))
        {
            if (own.Length < user.Events.Length) own = new Event[Math.Max(user.Events.Length, 2 * own.Length)];
            int count = 0;
            foreach (Event e in user.Events.Span)
            {
                if (lastUser[e.Item] == user.User || wanted?.Invoke(e) == false) continue;
                lastUser[e.Item] = user.User;
                own[count++] = e;
            }

            yield return new UserEvents(user.User, own.AsMemory(0, count));
        }
    }
}
