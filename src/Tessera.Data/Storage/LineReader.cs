namespace Tessera.Data.Storage;

/// <summary>Reads a text file line by line as bytes, without its byte order mark and its line ends (LF or CRLF).</summary>
/// <remarks>Holds one buffer, whatever the size of the file; a line stays valid until the next one is read.</remarks>
internal sealed class LineReader : IDisposable
{
    private const int BufferSize = 1 << 18;
    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];
    private readonly byte[] _buffer = new byte[BufferSize];
    private readonly string _path;
    private readonly FileStream _stream;
    private int _start;
    private int _end;
    private bool _endOfFile;

    /// <exception cref="InvalidInputException">The file cannot be opened.</exception>
    public LineReader(string path)
    {
        _path = path;
        _stream = InputFile.Open(path);
        Fill();
        if (_buffer.AsSpan(0, _end).StartsWith(ByteOrderMark)) _start = ByteOrderMark.Length;
    }

    /// <summary>Number of the line last read, counted from 1.</summary>
    public int LineNumber { get; private set; }

    /// <summary>Reads the next line; false at the end of the file.</summary>
    /// <exception cref="InvalidInputException">The line is longer than the buffer.</exception>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        int length = FindLineEnd();
        if (length < 0 && _start == _end)
        {
            line = default;
            return false;
        }

        LineNumber++;
        line = _buffer.AsSpan(_start, length < 0 ? _end - _start : length);
        _start += length < 0 ? line.Length : length + 1;
        if (line is [.., (byte)'\r']) line = line[..^1];
        return true;
    }

    public void Dispose() => _stream.Dispose();

    /// <summary>Length of the line at the start of the buffer, or -1 where the file ends without a line end.</summary>
    private int FindLineEnd()
    {
        while (true)
        {
            int length = _buffer.AsSpan(_start.._end).IndexOf((byte)'\n');
            if (length >= 0 || _endOfFile) return length;
            if (_end - _start == BufferSize)
            {
                throw new InvalidInputException(
                    $"Line {LineNumber + 1} of '{_path}' is longer than {BufferSize:N0} bytes; "
                    + "expected a text file with one record a line, so write it anew as text.");
            }

            Fill();
        }
    }

    /// <summary>Moves what is left to the front of the buffer and reads more behind it.</summary>
    private void Fill()
    {
        _buffer.AsSpan(_start.._end).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        int read = InputFile.Read(_stream, _buffer.AsSpan(_end));
        _endOfFile = read == 0;
        _end += read;
    }
}
