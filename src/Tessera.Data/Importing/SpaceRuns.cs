namespace Tessera.Data.Importing;

/// <summary>A text in which every run of spaces and tabs is one space, none stands at the ends of lines, and lines end with LF.</summary>
internal sealed class SpaceRuns(Stream text) : ReadingStream
{
    private readonly byte[] _buffer = new byte[1 << 15];
    private int _next, _end;

    /// <summary>The byte before the next one; a line feed before the first.</summary>
    private byte _last = (byte)'\n';

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
            bool endsLine = c is (byte)'\n' or (byte)'\r';
            if (c is (byte)' ' or (byte)'\t')
            {
                _isDue = _inLine;
            }
            else if (_isDue && !endsLine)
            {
                _isDue = false;
                buffer[written++] = (byte)' ';
                continue;
            }
            else if (c != '\n' || _last != '\r')
            {
                _isDue = false;
                _inLine = !endsLine;
                buffer[written++] = endsLine ? (byte)'\n' : c;
            }

            _last = c;
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
