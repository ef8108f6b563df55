using Tessera.Compute.Random;
using Tessera.Data.DatasetFolder;
using Tessera.Data.EventLogs;
using Tessera.Data.Filtering;
using Tessera.Data.Storage;

namespace Tessera.Data.Splitting;

/// <summary>
/// Makes a data set of an event log: each (user, item) pair, with its earliest time, in one of three splits. Users and items keep
/// their numbers; item table and features go along. Items without events are items of the data set, which no pair is with.
/// </summary>
/// <remarks>
/// The folder holds <c>NAME.inter</c>, by schemes of time with the column <c>timestamp</c>, <c>u_id_mapping.csv</c>, <c>i_id_mapping.csv</c>, <c>items.jsonl</c>, <c>split.json</c>
/// (how it was split, and where the items went) and the event log's features with <c>modalities.json</c>. Memory holds users and items and the
/// events of one user at a time; <see cref="SplitScheme.TemporalGlobal"/> also holds the time of each pair.
/// </remarks>
public static class EventLogSplitter
{
    private const int MinItemsToHoldOut = 8;

    /// <summary>Reads the event log and writes the data set; the same seed gives the same bytes.</summary>
    /// <param name="log">The event log; it stays as it is.</param>
    /// <param name="scheme">Which pair goes where.</param>
    /// <param name="seed">Seed of what the scheme draws.</param>
    /// <param name="directory">A folder that is empty or does not exist yet; it appears when all is written.</param>
    /// <param name="cancellationToken">Stops the work; nothing is written then.</param>
    /// <returns>The data set that was written.</returns>
    /// <exception cref="InvalidInputException">
    /// The event log is damaged, has no times where the scheme needs them, is too small for the scheme, or would leave nothing to learn from.
    /// </exception>
    /// <exception cref="StorageException">The folder cannot be written.</exception>
    public static Dataset Write(EventLog log, SplitScheme scheme, ulong seed, string directory, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(log);
        Run(log, scheme, seed, directory, cancellationToken);
        return DatasetReader.Read(directory, cancellationToken);
    }

    /// <summary>The same, but tells sizes instead of reading the data set.</summary>
    internal static SplitResult Run(EventLog log, SplitScheme scheme, ulong seed, string directory, CancellationToken cancellationToken = default)
    {
        RefuseUnsuitable(log, scheme);
        using var folder = new AtomicFolder(directory);
        EventLogFeatures features = EventLogFeatures.Read(log, cancellationToken);
        Rng rng = new Rng(seed).Stream("split");
        (int[] Validation, int[] Test)? cold = HoldsItemsOut(scheme) ? ColdStartSplit.ChooseItems(ItemsWithEvents(log), rng) : null;
        SplitRules.Rule rule = scheme switch
        {
            SplitScheme.Random => SplitRules.Random(rng),
            SplitScheme.LeaveOneOut => SplitRules.LeaveOneOut,
            SplitScheme.TemporalUser => SplitRules.TemporalUser,
            SplitScheme.TemporalGlobal => SplitRules.TemporalGlobal([.. log.PairsByUser(null, cancellationToken).SelectMany(user => user.Events, (_, e) => e.Time)]),
            SplitScheme.None => SplitRules.None,
            SplitScheme.ColdMixed => SplitRules.ColdMixed(log.Items, cold!.Value.Validation, cold.Value.Test, rng),
            _ => SplitRules.ColdItems(log.Items, cold!.Value.Validation, cold.Value.Test),
        };
        var tally = new SplitTally(log);
        IEnumerable<(int User, int Item, int Label, long Time)> labeled = tally.Label(rule, cancellationToken);
        folder.Guarded(() =>
        {
            if (IsByTime(scheme)) DatasetWriter.WriteInteractions(folder.Path, log.Name, labeled);
            else DatasetWriter.WriteInteractions(folder.Path, log.Name, labeled.Select(pair => (pair.User, pair.Item, pair.Label)));
        });
        DatasetStatistics size = tally.Statistics(scheme, features.Modalities);
        var record = new SplitRecord(
            KebabCase.Of(scheme), scheme == SplitScheme.Random || HoldsItemsOut(scheme) ? seed : 0,
            size.Users, size.Items, size.TrainInteractions, size.ValidationInteractions, size.TestInteractions)
        {
            ColdValidationItems = cold?.Validation,
            ColdTestItems = cold?.Test,
        };
        folder.Guarded(() =>
        {
            DatasetWriter.WriteIds(folder.Path, log.UserIds, log.ItemIds);
            AtomicFile.WriteBuffered(folder.In(EventLog.ItemTableName), stream => WriteItemTable(log, directory, stream, cancellationToken));
            features.WriteTo(folder.Path, [.. Enumerable.Range(0, log.Items)]);
            record.Write(folder.Path);
        });
        folder.Complete();
        var before = new EventLogStatistics(log.Users, log.Items, log.Events, tally.Pairs);
        return new SplitResult(log.Name, before, size, tally.UntrainedUsers, IsByTime(scheme) ? tally.Untimed : 0);
    }

    private static bool IsByTime(SplitScheme scheme) => scheme is SplitScheme.LeaveOneOut or SplitScheme.TemporalUser or SplitScheme.TemporalGlobal;

    private static bool HoldsItemsOut(SplitScheme scheme) => scheme is SplitScheme.ColdItems or SplitScheme.ColdMixed;

    private static void RefuseUnsuitable(EventLog log, SplitScheme scheme)
    {
        if (IsByTime(scheme) && !log.HasTimes)
        {
            throw new InvalidInputException(
                $"The event log in '{log.Directory}' has no times, which the scheme {KebabCase.Of(scheme)} needs; "
                + $"expected events with times, so import them with times or choose {KebabCase.Of(SplitScheme.Random)}.");
        }

        if (HoldsItemsOut(scheme) && ItemsWithEvents(log) is < MinItemsToHoldOut and var items)
        {
            throw new InvalidInputException(
                $"The event log in '{log.Directory}' has {items} items{(log.ItemsWithoutEvents > 0 ? " with events" : "")}; "
                + $"expected at least {MinItemsToHoldOut} to hold a fifth of them out, so choose another scheme.");
        }
    }

    /// <summary>Number of items with events, which are the first.</summary>
    private static int ItemsWithEvents(EventLog log) => log.Items - log.ItemsWithoutEvents;

    private static void WriteItemTable(EventLog log, string directory, Stream stream, CancellationToken cancellationToken)
    {
        foreach (ItemRecord record in log.ItemTable())
        {
            cancellationToken.ThrowIfCancellationRequested();
            stream.Write(ItemTableFile.Line(record, directory));
        }
    }
}
