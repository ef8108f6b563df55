using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Tessera.Data.Storage;

namespace Tessera.Data.EventLogs;

/// <summary>
/// Orders any number of events by user, then time, then arrival. What does not fit the buffer goes to a file in runs that are
/// ordered by user and arrival; the end takes each user's events from all runs and orders them by time.
/// </summary>
/// <param name="path">The file of the runs.</param>
/// <param name="capacity">Events held in memory, twice while a run is ordered.</param>
/// <param name="open">Opens the file.</param>
internal sealed class EventSorter(string path, int capacity, Func<string, Stream> open) : IDisposable
{
    /// <summary>40 MB.</summary>
    public const int DefaultCapacity = 1 << 21;

    private const int FirstCapacity = 1 << 12, MinBuffered = 1 << 10;
    private readonly List<long> _runEnds = [];
    private Event[] _buffer = new Event[Math.Min(FirstCapacity, capacity)], _sorted = [];
    private int[] _starts = [];
    private int _count, _users;
    private Stream? _file;

    /// <summary>Takes the next event to arrive, unless <see cref="WriteRun"/> must make room first.</summary>
    public bool TryAdd(in Event e)
    {
        if (_count == capacity) return false;
        if (_count == _buffer.Length) Array.Resize(ref _buffer, Math.Min(2 * _count, capacity));
        _buffer[_count++] = e;
        _users = Math.Max(_users, e.User + 1);
        return true;
    }

    /// <summary>Writes all events in order, once.</summary>
    public void WriteTo(Stream stream, CancellationToken cancellation)
    {
        WriteRun();
        _buffer = _sorted = [];
        if (_file is null) return;
        _file.Flush();
        EventRun[] runs = [.. _runEnds.Select((end, i) => new EventRun(_file, i == 0 ? 0 : _runEnds[i - 1], end, Math.Max(MinBuffered, capacity / _runEnds.Count)))];
        var own = new TimeOrder();
        for (int user = 0; user < _users; user++)
        {
            if (user % (1 << 12) == 0) cancellation.ThrowIfCancellationRequested();
            own.Clear();
            foreach (EventRun run in runs) run.MoveTo(own, user);
            stream.Write(MemoryMarshal.AsBytes(own.Sorted()));
        }
    }

    public void Dispose() => AtomicFile.Abandon(_file);

    /// <summary>Orders the buffer by user with a counting sort and empties it into the file.</summary>
    public void WriteRun()
    {
        if (_count == 0) return;
        if (_sorted.Length < _count) _sorted = new Event[_count];
        if (_starts.Length < _users + 1) _starts = new int[Math.Max(_users + 1, Math.Min(2 * _starts.Length, Array.MaxLength))];
        Span<int> starts = _starts.AsSpan(0, _users + 1);
        starts.Clear();
        ReadOnlySpan<Event> arrived = _buffer.AsSpan(0, _count);
        foreach (ref readonly Event e in arrived) starts[e.User + 1]++;
        for (int user = 0; user < _users; user++) starts[user + 1] += starts[user];
        foreach (ref readonly Event e in arrived) _sorted[starts[e.User]++] = e;
        _file ??= open(path);
        _file.Write(MemoryMarshal.AsBytes(_sorted.AsSpan(0, _count)));
        _runEnds.Add((_runEnds.Count == 0 ? 0 : _runEnds[^1]) + ((long)_count * Unsafe.SizeOf<Event>()));
        _count = 0;
    }
}
