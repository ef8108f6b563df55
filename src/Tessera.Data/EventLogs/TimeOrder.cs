namespace Tessera.Data.EventLogs;

/// <summary>Orders one user's events by time, those of equal time by arrival.</summary>
internal sealed class TimeOrder
{
    private Event[] _events = new Event[64];
    private Key[] _keys = [];
    private int _count;

    public void Clear() => _count = 0;

    /// <summary>Takes events in their order of arrival.</summary>
    public void Add(ReadOnlySpan<Event> events)
    {
        if (_events.Length - _count < events.Length) Array.Resize(ref _events, Math.Max(_count + events.Length, 2 * _count));
        events.CopyTo(_events.AsSpan(_count));
        _count += events.Length;
    }

    /// <summary>The events in order, until the next call.</summary>
    public ReadOnlySpan<Event> Sorted()
    {
        Span<Event> events = _events.AsSpan(0, _count);
        if (IsSorted(events)) return events;
        if (_keys.Length < _count) _keys = new Key[_events.Length];
        Span<Key> keys = _keys.AsSpan(0, _count);
        for (int i = 0; i < keys.Length; i++) keys[i] = new Key(events[i].Time, i);
        keys.Sort(events);
        return events;
    }

    private static bool IsSorted(ReadOnlySpan<Event> events)
    {
        for (int i = 1; i < events.Length; i++)
        {
            if (events[i].Time < events[i - 1].Time) return false;
        }

        return true;
    }

    private readonly record struct Key(long Time, int Arrival) : IComparable<Key>
    {
        public int CompareTo(Key other) => Time != other.Time ? Time.CompareTo(other.Time) : Arrival.CompareTo(other.Arrival);
    }
}
