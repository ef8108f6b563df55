using System.Text.Json.Nodes;
using Tessera.Data.Storage;

namespace Tessera.Data.EventLogs;

/// <summary>
/// Writes a <see cref="EventLog"/>: first the events in any order, then the item records in any order. Names are
/// numbered as they come. Memory holds the names, one buffer, and at the end the events of one user at a time.
/// </summary>
internal sealed class EventLogWriter : IDisposable
{
    private const string EventsTemporary = "events.runs", ItemsTemporary = "items.spool";
    private readonly AtomicFolder _folder;
    private readonly string _name;
    private readonly JsonObject _source;
    private readonly List<JsonObject> _steps;
    private readonly EventSorter _events;
    private readonly ItemSpool _items;
    private readonly Dictionary<string, string> _checksums = [];
    private long _firstTime = long.MaxValue, _lastTime = long.MinValue;
    private bool _hasRatings;

    /// <summary>Number of events of each item, as far as the list goes.</summary>
    private readonly List<long> _eventsOf = [];


    /// <summary>Begins an event log.</summary>
    /// <param name="directory">A folder that is empty or does not exist yet; it appears when all is written.</param>
    /// <param name="name">Name of the event log.</param>
    /// <param name="source">Where the data comes from.</param>
    /// <param name="steps">Earlier steps of processing.</param>
    /// <param name="capacity">Number of events held in memory.</param>
    /// <param name="open">Opens temporary files; unset: on the disk.</param>
    /// <exception cref="InvalidInputException">The folder is not empty.</exception>
    /// <exception cref="StorageException">The folder cannot be written.</exception>
    public EventLogWriter(
        string directory, string name, JsonObject source, IEnumerable<JsonObject>? steps = null,
        int capacity = EventSorter.DefaultCapacity, Func<string, Stream>? open = null)
    {
        _name = name;
        _source = source;
        _steps = [.. steps ?? []];
        _folder = new AtomicFolder(directory);
        _events = new EventSorter(_folder.In(EventsTemporary), capacity, open ?? TemporaryFile.Open);
        _items = new ItemSpool(_folder.In(ItemsTemporary), directory, open ?? TemporaryFile.Open);
    }

    /// <summary>Number of items with a record so far.</summary>
    public int DescribedItems => _items.Count;

    /// <summary>Number of users so far.</summary>
    public int Users => UserIds.Count;

    /// <summary>Number of items so far.</summary>
    public int Items => ItemIds.Count;

    /// <summary>Number of items so far that no event names.</summary>
    public int ItemsWithoutEvents => Items - _eventsOf.Count(events => events > 0);

    /// <summary>Number of events so far whose items have a record.</summary>
    public long DescribedEvents => _eventsOf.Index().Where(item => _items.Has(item.Index)).Sum(item => item.Item);

    /// <summary>Number of events so far.</summary>
    public long Events { get; private set; }

    /// <summary>The earliest time so far, in seconds since 1970; null where no event has one.</summary>
    public long? FirstTime => _firstTime <= _lastTime ? _firstTime : null;

    /// <summary>The latest time so far.</summary>
    public long? LastTime => _firstTime <= _lastTime ? _lastTime : null;

    /// <summary>External names of the users so far, by number.</summary>
    internal NameTable UserIds { get; } = new("user");

    /// <summary>External names of the items so far, by number.</summary>
    internal NameTable ItemIds { get; } = new("item");

    /// <summary>The number of a user, a new one for a new name; each number must get an event.</summary>
    /// <exception cref="InvalidInputException">An event log cannot hold the name.</exception>
    public int User(string name) => UserIds.NumberOf(name);

    /// <summary>The number of an item, a new one for a new name.</summary>
    /// <exception cref="InvalidInputException">An event log cannot hold the name.</exception>
    public int Item(string name) => ItemIds.NumberOf(name);

    /// <summary>Adds an event.</summary>
    /// <exception cref="ArgumentOutOfRangeException">User or item have no name yet.</exception>
    /// <exception cref="StorageException">The disk refuses.</exception>
    public void Add(in Event e)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)e.User, (uint)Users, nameof(e));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)e.Item, (uint)Items, nameof(e));
        if (_events.IsFull) _folder.Guarded(_events.WriteRun);
        _events.Add(e);
        while (_eventsOf.Count <= e.Item) _eventsOf.Add(0);
        _eventsOf[e.Item]++;
        Events++;
        if (e.Time != 0)
        {
            _firstTime = Math.Min(_firstTime, e.Time);
            _lastTime = Math.Max(_lastTime, e.Time);
        }

        _hasRatings |= !float.IsNaN(e.Rating);
    }

    /// <summary>Adds an item's record, and the item where no event names it; all events must have been added.</summary>
    /// <exception cref="InvalidInputException">An event log cannot hold the name.</exception>
    /// <exception cref="StorageException">The disk refuses.</exception>
    public ItemAddition AddItem(ItemRecord record)
    {
        int item = Item(record.Id);
        ItemAddition addition = _folder.Guarded(() => _items.Add(item, record));
        bool hasEvents = item < _eventsOf.Count && _eventsOf[item] > 0;
        return addition == ItemAddition.Added && !hasEvents ? ItemAddition.AddedWithoutEvents : addition;
    }

    /// <summary>Writes files of another kind, such as features, beside the event log's own.</summary>
    /// <param name="write">Gets the folder to write into, which is not in its place yet.</param>
    /// <exception cref="StorageException">The disk refuses.</exception>
    internal void AddFiles(Action<string> write) => _folder.Guarded(() => write(_folder.Path));

    /// <summary>Writes all files and moves the folder to its place.</summary>
    /// <param name="step">The processing step, with its counts.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    /// <exception cref="InvalidInputException">There is no event.</exception>
    /// <exception cref="StorageException">The disk refuses.</exception>
    public void Complete(JsonObject step, CancellationToken cancellationToken = default)
    {
        if (Events == 0) throw new InvalidInputException($"Nothing is left for the event log '{_name}'; expected at least one event, so give data that has some.");
        _steps.Add(step);
        AddFile(EventLog.EventsFile, stream => _events.WriteTo(stream, cancellationToken));
        AddFile(EventLog.UsersFile, UserIds.WriteTo);
        AddFile(EventLog.ItemsFile, ItemIds.WriteTo);
        AddFile(EventLog.ItemTableName, stream => _items.WriteTo(stream, ItemIds, cancellationToken));
        _events.Dispose();
        _items.Dispose();
        _folder.Guarded(() => JsonRecord.Write(_folder.In(EventLogHeader.FileName), Header()));
        _folder.Complete();
    }

    /// <summary>Deletes what was written unless the event log is complete.</summary>
    public void Dispose()
    {
        _events.Dispose();
        _items.Dispose();
        _folder.Dispose();
    }

    private EventLogHeader Header() =>
        new(_name, Users, Items, Events, FirstTime is not null, _hasRatings, _source, _steps, _checksums) { ItemsWithoutEvents = ItemsWithoutEvents };

    private void AddFile(string file, Action<Stream> write) =>
        _folder.Guarded(() => _checksums[file] = AtomicFile.WriteBuffered(_folder.In(file), write));
}
