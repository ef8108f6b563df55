using Tessera.Data.Storage;

namespace Tessera.Data.Importing;

/// <summary>Reads a file to import line by line as UTF-8 without copying; lines end with LF, CRLF or the file.</summary>
internal sealed class LineFile : IRecordPlace, IDisposable
{
    private const int MaxLineLength = 1 << 26;
    private readonly Utf8File _file;
    private readonly LineReader _lines;

    /// <summary>Number of byte order marks before lines other than the first, where files were joined.</summary>
    private long _marks;

    /// <param name="path">The file, compressed or not.</param>
    /// <param name="encoding">Name of its encoding; unset: UTF-8 unless it begins with a mark.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="InvalidInputException">The file is absent or may not be read, or there is no such encoding.</exception>
    public LineFile(string path, string? encoding = null, CancellationToken cancellationToken = default)
    {
        _file = new Utf8File(path, encoding, cancellationToken);
        _lines = new LineReader(path, _file, MaxLineLength);
    }

    public string Path => _file.Path;

    /// <summary>Number of the line last read, from 1.</summary>
    public long Line => _lines.Line;

    /// <summary>How much of the file has been read, 0 to 1.</summary>
    public double Share => _file.Share;

    /// <summary>Where the line last read is.</summary>
    public string Here => $"Line {Line} of '{Path}'";

    /// <summary>Reads the next line that is not blank, until the one after it; false at the end.</summary>
    /// <exception cref="InvalidInputException">The line is longer than 64 MB, or the file is damaged.</exception>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        while (_lines.TryRead(out line))
        {
            if (line.StartsWith(SourceText.ByteOrderMark))
            {
                _marks++;
                line = line[SourceText.ByteOrderMark.Length..];
            }

            if (line.ContainsAnyExcept(" \t"u8)) return true;
        }

        return false;
    }

    /// <exception cref="InvalidInputException">The line is not UTF-8.</exception>
    public void Check(ReadOnlySpan<byte> line)
    {
        if (!System.Text.Unicode.Utf8.IsValid(line)) throw new InvalidInputException($"{Here} {_file.NotUtf8}.");
    }

    /// <summary>Remarks on the file, one sentence each.</summary>
    public IEnumerable<string> Notices()
    {
        if (_file.Doubt is { } doubt) yield return doubt;
        if (_marks > 0) yield return $"Dropped {SourceText.Counted(_marks, "byte order mark")} inside {System.IO.Path.GetFileName(Path)}.";
    }

    public void Dispose() => _lines.Dispose();
}
