using System.Text.Json;
using System.Text.Json.Nodes;
using Tessera.Data.EventLogs;

namespace Tessera.Data.Filtering;

/// <summary>
/// Makes an event log of the events of another that are within limits, one for each (user, item) pair: the earliest within them.
/// </summary>
/// <remarks>
/// The users and items that are left keep their names and their order, and are renumbered without gaps; item table and
/// features follow them. Items without an event that is kept are dropped, or come last where they are to be kept. The events are read several times; memory holds numbers and names of users and items and the features, never
/// the events.
/// </remarks>
public static class EventLogFilter
{
    /// <summary>Reads the event log and writes the other.</summary>
    /// <param name="log">The event log; it stays as it is.</param>
    /// <param name="options">What to keep.</param>
    /// <param name="directory">A folder that is empty or does not exist yet; it appears when all is written.</param>
    /// <param name="cancellationToken">Stops the work; nothing is written then.</param>
    /// <returns>The event log that was written; the last of its <see cref="EventLog.Steps"/> has the counts before and after.</returns>
    /// <exception cref="InvalidInputException">The event log is damaged, the options do not fit it, or nothing would be left.</exception>
    /// <exception cref="StorageException">The folder cannot be written.</exception>
    public static EventLog Write(EventLog log, FilterOptions options, string directory, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(options);
        Run(log, options, directory, null, cancellationToken);
        return EventLog.Open(directory);
    }

    /// <summary>The same, telling the sizes, and after each pass over the events how many users and items are left.</summary>
    internal static FilterResult Run(
        EventLog log, FilterOptions options, string directory,
        IProgress<FilterRound>? progress = null, CancellationToken cancellationToken = default)
    {
        options.Validate(log);
        using var writer = new EventLogWriter(directory, log.Name, log.Source, log.Steps.Select(step => step.DeepClone().AsObject()));
        EventLogFeatures features = EventLogFeatures.Read(log, cancellationToken);
        (EventLogStatistics before, long untimed) = Count(log, cancellationToken);
        Func<Event, bool> wanted = options.Wanted();
        KCore core = KCore.Find(
            log.Users, log.Items, options.KCore, () => log.PairsByUser(wanted, cancellationToken), progress);
        if (!core.Users.Contains(true))
            throw new InvalidInputException(
                $"No event of the event log in '{log.Directory}' is left by these limits; expected some, so widen them or lower k from {options.KCore}.");

        int[] users = NumbersOf(log.UserIds, core.Users, writer.User), items = NumbersOf(log.ItemIds, core.Items, writer.Item);
        foreach ((int user, Event[] events) in log.PairsByUser(wanted, cancellationToken))
        {
            if (!core.Users[user]) continue;
            foreach (Event e in events)
                if (core.Items[e.Item]) writer.Add(e with { User = users[user], Item = items[e.Item] });
        }

        List<int> kept = [.. Enumerable.Range(0, log.Items).Where(item => core.Items[item])];
        int emptied = log.Items - kept.Count, described = 0;
        foreach (ItemRecord record in log.ItemTable())
        {
            if (!core.Items[record.Item])
            {
                if (!record.HasContent && features.AreMissing(record.Item)) continue;
                described++;
                if (!options.KeepItems) continue;
                kept.Add(record.Item);
            }

            writer.AddItem(record); // which numbers an item that no event named, after the others
        }

        writer.AddFiles(folder => features.WriteTo(folder, [.. kept]));
        var after = new EventLogStatistics(writer.Users, writer.Items, writer.Events, writer.Events);
        writer.Complete(Step(options, before, after, core.Rounds), cancellationToken);
        return new FilterResult(before, after, core.Rounds, emptied, described, options.LimitsDays ? untimed : 0);
    }

    private static (EventLogStatistics Size, long Untimed) Count(EventLog log, CancellationToken cancellationToken)
    {
        long pairs = 0, untimed = 0;
        foreach ((_, Event[] events) in log.EventsByUser(cancellationToken))
        {
            pairs += events.DistinctBy(e => e.Item).Count();
            untimed += events.Count(e => e.Time == 0);
        }

        return (new EventLogStatistics(log.Users, log.Items, log.Events, pairs), untimed);
    }

    /// <summary>The new number of each name that stays, -1 for the others.</summary>
    private static int[] NumbersOf(IReadOnlyList<string> names, bool[] stays, Func<string, int> register) =>
        [.. names.Select((name, i) => stays[i] ? register(name) : -1)];

    private static JsonObject Step(FilterOptions options, EventLogStatistics before, EventLogStatistics after, int rounds) => new()
    {
        ["step"] = "filter",
        ["options"] = options.ToJson(),
        ["rounds"] = rounds,
        ["before"] = JsonSerializer.SerializeToNode(before, JsonSerializerOptions.Web),
        ["after"] = JsonSerializer.SerializeToNode(after, JsonSerializerOptions.Web),
    };
}
