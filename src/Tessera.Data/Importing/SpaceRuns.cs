namespace Tessera.Data.Importing;

/// <summary>A text in which every run of spaces and tabs is one space, and none stands at the ends of lines.</summary>
internal sealed class SpaceRuns(Stream text) : ReadingStream
{
    private readonly byte[] _buffer = new byte[1 << 15];
    private int _next, _end;

    /// <summary>Whether something of the line has been given, and whether a space is due before what follows.</summary>
    private bool _inLine, _isDue;

    public override int Read(Span<byte> buffer)
    {
        int written = 0;
        while (written < buffer.Length)
        {
            if (_next == _end)
            {
                if (written > 0) break;
                _next = 0;
                _end = text.Read(_buffer);
                if (_end == 0) break;
            }

            byte c = _buffer[_next];
            if (c is (byte)' ' or (byte)'\t')
            {
                _isDue = _inLine;
                _next++;
                continue;
            }

            bool endsLine = c is (byte)'\n' or (byte)'\r';
            if (_isDue && !endsLine)
            {
                _isDue = false;
                buffer[written++] = (byte)' ';
                continue;
            }

            _isDue = false;
            _inLine = !endsLine;
            buffer[written++] = c;
            _next++;
        }

        return written;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) text.Dispose();
        base.Dispose(disposing);
    }
}
