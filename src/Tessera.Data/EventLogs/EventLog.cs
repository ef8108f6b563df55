using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Tessera.Data.EventLogs;

/// <summary>
/// A shop's raw data in one folder: who did what with which item and when, the external ids, and the item records.
/// </summary>
/// <remarks>
/// The folder holds <c>eventlog.json</c>, <c>events.bin</c> (records of user, item, time and rating, by user, then time, then order of
/// arrival), <c>users.tsv</c> and <c>items.tsv</c> (an external id on each line), <c>items.jsonl</c> (an item's record on each
/// line), and where features were imported <c>MODALITY_feat.npy</c> and <c>modalities.json</c>. Files are
/// read when asked for, one record at a time but for the ids, and compared with their checksums at their end.
/// </remarks>
public sealed class EventLog
{
    internal const string EventsFile = "events.bin", UsersFile = "users.tsv", ItemsFile = "items.tsv", ItemTableName = "items.jsonl";
    private readonly EventLogHeader _header;
    private readonly Lazy<string[]> _userIds, _itemIds;

    private EventLog(string directory, EventLogHeader header)
    {
        Directory = directory;
        _header = header;
        _userIds = new(() => EventLogFile.ReadNames(In(UsersFile), ChecksumOf(UsersFile), Users));
        _itemIds = new(() => EventLogFile.ReadNames(In(ItemsFile), ChecksumOf(ItemsFile), Items));
    }

    /// <summary>The folder.</summary>
    public string Directory { get; }

    /// <summary>Name of the event log, such as <c>movielens</c>.</summary>
    public string Name => _header.Name;

    /// <summary>Number of users; each has at least one event.</summary>
    public int Users => _header.Users;

    /// <summary>Number of items, those without events included.</summary>
    public int Items => _header.Items;

    /// <summary>Number of items that no event names: they are known by their records alone.</summary>
    public int ItemsWithoutEvents => _header.ItemsWithoutEvents;

    /// <summary>Number of events, repeated ones of a user with an item included.</summary>
    public long Events => _header.Events;

    /// <summary>Whether any event has a time.</summary>
    public bool HasTimes => _header.Times;

    /// <summary>Whether any event has a rating.</summary>
    public bool HasRatings => _header.Ratings;

    /// <summary>Where the data came from: format and file names.</summary>
    public JsonObject Source => _header.Source.DeepClone().AsObject();

    /// <summary>The processing steps so far, each with its counts.</summary>
    public IReadOnlyList<JsonObject> Steps => [.. _header.Steps.Select(step => step.DeepClone().AsObject())];

    /// <summary>External ids of the users, <c>[|U|]</c>.</summary>
    /// <exception cref="InvalidInputException">The file is damaged.</exception>
    public IReadOnlyList<string> UserIds => _userIds.Value;

    /// <summary>External ids of the items, <c>[|I|]</c>.</summary>
    /// <exception cref="InvalidInputException">The file is damaged.</exception>
    public IReadOnlyList<string> ItemIds => _itemIds.Value;

    /// <summary>Opens a folder and checks that its files are there and of the right length.</summary>
    /// <exception cref="InvalidInputException">The folder is not an event log; the message names the file.</exception>
    public static EventLog Open(string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        var log = new EventLog(directory, EventLogHeader.Read(directory));
        foreach (string file in log._header.Files.Keys.Union([EventsFile, UsersFile, ItemsFile, ItemTableName]))
        {
            log.ChecksumOf(file);
            if (!File.Exists(log.In(file)))
                throw new InvalidInputException($"There is no '{log.In(file)}'; restore it or make the event log again.");
        }

        log.CheckEventsLength();
        return log;
    }

    /// <summary>Reads the events, one user after the other.</summary>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>Users ascending, each once.</returns>
    /// <exception cref="InvalidInputException">The file is damaged; found at its end at the latest.</exception>
    internal IEnumerable<UserEvents> EventsByUser(CancellationToken cancellationToken = default) =>
        EventLogFile.Verified(In(EventsFile), ChecksumOf(EventsFile), stream => ReadUsers(stream, cancellationToken));

    /// <summary>Reads the events with one for each (user, item) pair: the earliest of those that are wanted.</summary>
    /// <param name="wanted">Which events count, or null for all.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>Users ascending, each once, those without any wanted event too.</returns>
    /// <exception cref="InvalidInputException">The file is damaged; found at its end at the latest.</exception>
    internal IEnumerable<UserEvents> PairsByUser(Func<Event, bool>? wanted, CancellationToken cancellationToken) =>
        EventsByUser(cancellationToken).Select(user =>
            user with { Events = [.. user.Events.Where(wanted ?? (_ => true)).DistinctBy(e => e.Item)] });

    /// <summary>Reads the item records, one per item, in the order of the items.</summary>
    /// <exception cref="InvalidInputException">The file is damaged; found at its end at the latest.</exception>
    internal IEnumerable<ItemRecord> ItemTable()
    {
        string path = In(ItemTableName);
        int count = 0;
        foreach (ItemRecord record in EventLogFile.Verified(path, ChecksumOf(ItemTableName), stream => ItemTableFile.Read(stream, path)))
        {
            if (count++ == Items) throw EventLogFile.Damaged(path, $"it has more than {Items} lines");
            yield return record;
        }

        if (count != Items) throw EventLogFile.Damaged(path, $"it has {count} lines for {Items} items");
    }

    private IEnumerable<UserEvents> ReadUsers(Stream stream, CancellationToken cancellationToken)
    {
        var own = new List<Event>();
        int user = 0;
        foreach (Event e in ReadEvents(stream))
        {
            if (e.User != user && own.Count > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return new UserEvents(user++, [.. own]);
                own.Clear();
            }

            if (e.User != user || user >= Users || (uint)e.Item >= (uint)Items)
                throw EventLogFile.Damaged(In(EventsFile), $"it has an event of user {e.User} with item {e.Item} where user {user} is expected");
            own.Add(e);
        }

        if (own.Count > 0) yield return new UserEvents(user++, [.. own]);
        if (user != Users) throw EventLogFile.Damaged(In(EventsFile), $"it has events of {user} users for {Users}");
    }

    private static IEnumerable<Event> ReadEvents(Stream stream)
    {
        var record = new Event[1];
        int size = Unsafe.SizeOf<Event>();
        while (stream.ReadAtLeast(MemoryMarshal.AsBytes(record.AsSpan()), size, throwOnEndOfStream: false) == size) yield return record[0];
    }

    private void CheckEventsLength()
    {
        Int128 expected = (Int128)Events * Unsafe.SizeOf<Event>();
        long found = new FileInfo(In(EventsFile)).Length;
        if (found != expected) throw EventLogFile.Damaged(In(EventsFile), $"it has {found:N0} bytes, but {Events:N0} events take {expected:N0}");
    }

    private string In(string file) => Path.Combine(Directory, file);

    private string ChecksumOf(string file) => _header.Files.TryGetValue(file, out string? checksum)
        ? checksum
        : throw EventLogFile.Damaged(In(EventLogHeader.FileName), $"it has no checksum of {file}");
}
