namespace Tessera.Data.Importing;

/// <summary>Reads a file line by line as UTF-8 without copying; lines end with LF, CRLF or the file.</summary>
internal sealed class LineFile : IDisposable
{
    private const int MaxLineLength = 1 << 26;
    private readonly SourceFile _file;
    private byte[] _buffer = new byte[1 << 17];
    private int _start, _end;
    private bool _ended;

    /// <exception cref="InvalidInputException">The file is absent or may not be read.</exception>
    public LineFile(string path) => _file = new SourceFile(path);

    public string Path => _file.Path;

    /// <summary>Number of the line last read, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>How much of the file has been read, 0 to 1.</summary>
    public double Share => _file.Share;

    /// <summary>Number of byte order marks before lines other than the first, where files were joined.</summary>
    public long Marks { get; private set; }

    /// <summary>Where the line last read stands.</summary>
    public string Here => $"Line {Line} of '{Path}'";

    /// <summary>Reads the next line that is not blank, until the one after it; false at the end.</summary>
    /// <exception cref="InvalidInputException">The line is not UTF-8 or longer than 64 MB, or the file is damaged.</exception>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        while (TryReadAny(out line))
        {
            if (line.StartsWith(SourceText.ByteOrderMark))
            {
                if (Line > 1) Marks++;
                line = line[SourceText.ByteOrderMark.Length..];
            }

            if (!System.Text.Unicode.Utf8.IsValid(line)) throw new InvalidInputException($"{Here} {SourceText.NotUtf8}.");
            if (line.ContainsAnyExcept(" \t"u8)) return true;
        }

        return false;
    }

    /// <summary>What else there was to say of the file.</summary>
    public IEnumerable<string> Notices()
    {
        if (Marks > 0) yield return $"Dropped {SourceText.Counted(Marks, "byte order mark")} inside {System.IO.Path.GetFileName(Path)}.";
    }

    public void Dispose() => _file.Dispose();

    private bool TryReadAny(out ReadOnlySpan<byte> line)
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
        if (found) Line++;
        return found;
    }

    private void Fill()
    {
        _buffer.AsSpan(_start.._end).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        if (_end == _buffer.Length)
        {
            if (_end >= MaxLineLength)
                throw new InvalidInputException($"Line {Line + 1} of '{Path}' is longer than {MaxLineLength:N0} bytes; expected one record a line, so check the file.");
            Array.Resize(ref _buffer, 2 * _end);
        }

        int read = _file.Read(_buffer.AsSpan(_end));
        _ended = read == 0;
        _end += read;
    }
}
