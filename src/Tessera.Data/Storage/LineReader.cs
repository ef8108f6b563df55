namespace Tessera.Data.Storage;

/// <summary>Reads a text line by line as bytes, without its byte order mark and its line ends (LF or CRLF).</summary>
/// <remarks>Holds one buffer that grows to the longest line; a line stays valid until the next one is read.</remarks>
/// <param name="path">Where the text is from, for messages.</param>
/// <param name="stream">The text, from its first byte on; closed with the reader.</param>
/// <param name="maxLength">Maximum number of bytes in a line.</param>
internal sealed class LineReader(string path, Stream stream, int maxLength = LineReader.ShortLine) : IDisposable
{
    /// <summary>Maximum number of bytes in a line that holds a few numbers or names.</summary>
    private const int ShortLine = 1 << 18;

    private byte[] _buffer = new byte[Math.Min(maxLength, 1 << 17)];
    private int _start, _end;
    private bool _ended;

    /// <exception cref="InvalidInputException">The file cannot be opened.</exception>
    public LineReader(string path)
        : this(path, InputFile.Open(path))
    {
    }

    /// <summary>Number of the line last read, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>Reads the next line; false at the end of the text.</summary>
    /// <exception cref="InvalidInputException">The line is too long, or the system reports an error.</exception>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        int searched = 0, length;
        while ((length = _buffer.AsSpan((_start + searched).._end).IndexOf((byte)'\n')) < 0 && !_ended)
        {
            searched = _end - _start;
            Fill();
        }

        length = length < 0 ? _end - _start : searched + length;
        line = _buffer.AsSpan(_start, length);
        bool found = _start < _end;
        _start = Math.Min(_start + length + 1, _end);
        if (line is [.., (byte)'\r']) line = line[..^1];
        if (Line == 0 && line.StartsWith(SourceText.ByteOrderMark)) line = line[SourceText.ByteOrderMark.Length..];
        if (found) Line++;
        return found;
    }

    public void Dispose() => stream.Dispose();

    /// <summary>Moves what is left to the front of the buffer and reads more behind it.</summary>
    private void Fill()
    {
        _buffer.AsSpan(_start.._end).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        if (_end == _buffer.Length)
        {
            if (_end >= maxLength)
                throw new InvalidInputException($"Line {Line + 1} of '{path}' is longer than {maxLength:N0} bytes; expected one record per line, so check the file.");
            Array.Resize(ref _buffer, Math.Min(2 * _end, maxLength));
        }

        try
        {
            int read = stream.Read(_buffer.AsSpan(_end));
            _ended = read == 0;
            _end += read;
        }
        catch (IOException cause)
        {
            throw InputFile.Unreadable(path, cause);
        }
    }
}
