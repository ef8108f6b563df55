using Tessera.Data.EventLogs;
using Tessera.Data.Storage;

namespace Tessera.Data.Importing;

/// <summary>Collects events to number their users and their items together, on two threads, while the next are read.</summary>
/// <param name="writer">Takes the events in the order they came.</param>
internal sealed class EventBatch(EventLogWriter writer)
{
    private const int Capacity = 1 << 12;
    private Part _reading = new(), _numbering = new();
    private Task _users = Task.CompletedTask;

    /// <summary>Whether a name surely is one that an event log can hold: visible ASCII. Others are looked at one by one.</summary>
    public static bool Takes(ReadOnlySpan<byte> name) =>
        name.Length is > 0 and <= ExternalId.MaxLength && !name.ContainsAnyExceptInRange((byte)'!', (byte)'~');

    /// <summary>Adds an event with names that it takes.</summary>
    public void Add(ReadOnlySpan<byte> user, ReadOnlySpan<byte> item, float rating, long time)
    {
        _reading.Users.Add(user);
        _reading.Items.Add(item);
        _reading.Values[_reading.Count++] = (time, rating);
        if (_reading.Count == Capacity) Number();
    }

    /// <summary>Hands all events on.</summary>
    public void Flush()
    {
        Number();
        HandOn();
    }

    private void Number()
    {
        HandOn();
        if (_reading.Count == 0) return;
        (_reading, _numbering) = (_numbering, _reading);
        Part part = _numbering;
        _users = Task.Run(() => writer.UserIds.NumberAll(part.Users));
    }

    private void HandOn()
    {
        if (_numbering.Count == 0) return;
        writer.ItemIds.NumberAll(_numbering.Items);
        _users.GetAwaiter().GetResult();
        ReadOnlySpan<int> users = _numbering.Users.Numbers, items = _numbering.Items.Numbers;
        for (int i = 0; i < users.Length; i++) writer.Add(new Event(users[i], items[i], _numbering.Values[i].Time, _numbering.Values[i].Rating));
        _numbering.Clear();
    }

    private sealed class Part
    {
        public NameBatch Users { get; } = new(Capacity);

        public NameBatch Items { get; } = new(Capacity);

        public (long Time, float Rating)[] Values { get; } = new (long, float)[Capacity];

        public int Count { get; set; }

        public void Clear()
        {
            Users.Clear();
            Items.Clear();
            Count = 0;
        }
    }
}
