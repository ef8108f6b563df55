using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Tessera.Data.Storage;

namespace Tessera.Data.EventLogs;

/// <summary>
/// Orders any number of events by user, then time, then arrival. What does not fit in memory goes to a file in runs that are
/// ordered by user and arrival; at the end each user's events are taken from all runs and ordered by time.
/// </summary>
/// <param name="path">The file of the runs.</param>
/// <param name="capacity">Events held in memory.</param>
/// <param name="open">Opens the file.</param>
internal sealed class EventSorter(string path, int capacity, Func<string, Stream> open) : IDisposable
{
    /// <summary>40 MB.</summary>
    public const int DefaultCapacity = 1 << 21;

    private const int MinBuffered = 1 << 10;
    private readonly List<Event> _arrived = [];
    private readonly List<long> _runStarts = [0];
    private Stream? _file;

    /// <summary>Whether <see cref="WriteRun"/> must make room before the next event.</summary>
    public bool IsFull => _arrived.Count == capacity;

    /// <summary>Takes the next event to arrive.</summary>
    public void Add(in Event e) => _arrived.Add(e);

    /// <summary>Orders the events in memory by user and arrival and moves them to the file.</summary>
    public void WriteRun()
    {
        if (_arrived.Count == 0) return;
        Span<Event> run = CollectionsMarshal.AsSpan(_arrived);
        var order = new long[run.Length];
        for (int i = 0; i < order.Length; i++) order[i] = ((long)run[i].User << 32) | (uint)i;
        order.AsSpan().Sort(run);
        _file ??= open(path);
        _file.Write(MemoryMarshal.AsBytes(run));
        _runStarts.Add(_runStarts[^1] + ((long)run.Length * Unsafe.SizeOf<Event>()));
        _arrived.Clear();
    }

    /// <summary>Writes all events in order, once.</summary>
    public void WriteTo(Stream stream, CancellationToken cancellationToken)
    {
        WriteRun();
        _arrived.Capacity = 0;
        _file?.Flush();
        int count = _runStarts.Count - 1;
        List<IEnumerator<Event>> runs =
            [.. Enumerable.Range(0, count).Select(run => ReadRun(run, Math.Max(MinBuffered, capacity / count)).GetEnumerator())];
        runs.RemoveAll(run => !run.MoveNext());
        var own = new List<Event>();
        for (int user = 0; runs.Count > 0; user++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            own.Clear();
            runs.RemoveAll(run => !MoveUser(run, user, own));
            Event[] byTime = [.. own.OrderBy(e => e.Time)]; // keeps the order of arrival where times are equal
            stream.Write(MemoryMarshal.AsBytes<Event>(byTime));
        }
    }

    public void Dispose() => AtomicFile.Abandon(_file);

    /// <summary>Moves a user's events from the front of a run; false at the run's end.</summary>
    private static bool MoveUser(IEnumerator<Event> run, int user, List<Event> own)
    {
        while (run.Current.User == user)
        {
            own.Add(run.Current);
            if (!run.MoveNext()) return false;
        }

        return true;
    }

    /// <summary>The events of a run; others are read in between.</summary>
    private IEnumerable<Event> ReadRun(int run, int buffered)
    {
        var buffer = new Event[buffered];
        for (long at = _runStarts[run], end = _runStarts[run + 1], read; at < end; at += read)
        {
            read = Math.Min(end - at, (long)buffered * Unsafe.SizeOf<Event>());
            _file!.Position = at;
            _file.ReadExactly(MemoryMarshal.AsBytes(buffer.AsSpan())[..(int)read]);
            for (int i = 0; i < read / Unsafe.SizeOf<Event>(); i++) yield return buffer[i];
        }
    }
}
