using System.Runtime.InteropServices;

namespace Tessera.Data.EventLogs;

/// <summary>A part of a file with events ordered by user, read front to back.</summary>
/// <param name="file">The file; others read other parts of it in between.</param>
/// <param name="start">First byte.</param>
/// <param name="end">Byte after the last.</param>
/// <param name="bufferEvents">Events read at a time.</param>
internal sealed class EventRun(Stream file, long start, long end, int bufferEvents)
{
    private readonly Event[] _buffer = new Event[bufferEvents];
    private long _position = start;
    private int _next, _filled;

    /// <summary>Moves the events of a user to <paramref name="target"/>; those of lower users must have been moved.</summary>
    public void MoveTo(TimeOrder target, int user)
    {
        while (_next < _filled || Fill())
        {
            int first = _next;
            while (_next < _filled && _buffer[_next].User == user) _next++;
            target.Add(_buffer.AsSpan(first, _next - first));
            if (_next < _filled) return;
        }
    }

    private bool Fill()
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(_buffer.AsSpan());
        bytes = bytes[..(int)Math.Min(bytes.Length, end - _position)];
        if (bytes.IsEmpty) return false;
        file.Position = _position;
        file.ReadExactly(bytes);
        _position += bytes.Length;
        _next = 0;
        _filled = MemoryMarshal.Cast<byte, Event>(bytes).Length;
        return true;
    }
}
