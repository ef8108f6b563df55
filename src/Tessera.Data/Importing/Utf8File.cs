using System.Text;

namespace Tessera.Data.Importing;

/// <summary>A text to import as UTF-8: transcoded where a byte order mark of UTF-16 or UTF-32 says so, or an encoding is given.</summary>
internal sealed class Utf8File : ReadingStream
{
    private const int HeadSize = 1 << 16;
    private readonly SourceFile _file;
    private readonly Stream _content;
    private readonly string _encoding = "UTF-8";
    private readonly Lazy<string> _notUtf8;
    private byte[]? _head;
    private int _next;

    /// <param name="path">The file, compressed or not.</param>
    /// <param name="encoding">Name of its encoding; unset: UTF-8 unless it begins with a mark.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="InvalidInputException">The file is absent or may not be read, or there is no such encoding.</exception>
    public Utf8File(string path, string? encoding = null, CancellationToken cancellationToken = default)
    {
        Encoding? asked = encoding is null ? null : SourceEncoding.OfName(encoding);
        _file = new SourceFile(path) { Cancellation = cancellationToken };
        _notUtf8 = new Lazy<string>(() => SourceEncoding.NotUtf8(path));
        try
        {
            var first = new byte[asked is null ? SourceEncoding.LongestMark : HeadSize];
            first = first[.._file.ReadAtLeast(first, first.Length, throwOnEndOfStream: false)];
            (Encoding Encoding, int Length)? marked = SourceEncoding.OfMark(first);
            Encoding? from = marked?.Encoding ?? (first.AsSpan().StartsWith(Storage.SourceText.ByteOrderMark) ? null : asked);
            var whole = new Prefixed(first[(marked?.Length ?? 0)..], _file);
            _encoding = from?.WebName ?? _encoding;
            if (first.AsSpan().StartsWith("PAR1"u8))
                throw new InvalidInputException($"'{path}' is a Parquet file; expected a text, so import it with --format parquet.");
            if (from is null && SourceEncoding.OfUnmarked(first) is { } unmarked)
                throw new InvalidInputException($"'{path}' looks like UTF-16 without a byte order mark; expected UTF-8, so give --encoding {unmarked}.");
            if (marked is null && from is not null && SourceEncoding.IsSurelyUtf8(first))
                Doubt = $"{System.IO.Path.GetFileName(path)} looks like UTF-8 and was read as {_encoding}, as --encoding says.";
            _content = from is null ? whole : Encoding.CreateTranscodingStream(whole, from, Encoding.UTF8);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    public string Path => _file.Path;

    /// <summary>A sentence for a text that was read in the encoding asked for and looks like another; null without doubt.</summary>
    public string? Doubt { get; }

    /// <summary>The sentence's end for a text of this file that is not UTF-8; the file is examined for it once.</summary>
    public string NotUtf8 => _notUtf8.Value;

    /// <summary>How much of the file has been read, 0 to 1.</summary>
    public double Share => _file.Share;

    /// <summary>The first 64 KB, or all of a shorter file; to be asked for before anything is read, and read again then.</summary>
    public ReadOnlyMemory<byte> Head
    {
        get
        {
            if (_head is null)
            {
                var head = new byte[HeadSize];
                _head = head[..this.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
                _next = 0;
            }

            return _head;
        }
    }

    /// <summary>Whether <see cref="Head"/> is all there is.</summary>
    public bool HeadIsWhole => Head.Length < HeadSize;

    /// <exception cref="InvalidInputException">The file is damaged, or not of its encoding.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (_head is not null && _next < _head.Length)
        {
            int count = Math.Min(buffer.Length, _head.Length - _next);
            _head.AsSpan(_next, count).CopyTo(buffer);
            _next += count;
            return count;
        }

        try
        {
            return _content.Read(buffer);
        }
        catch (DecoderFallbackException cause)
        {
            throw new InvalidInputException(
                $"'{Path}' is not valid {_encoding}; expected a text of one encoding, so give the one it has with --encoding, or convert the file.", cause);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _content.Dispose();
            _file.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Some bytes and the stream behind them.</summary>
    private sealed class Prefixed(byte[] first, Stream rest) : ReadingStream
    {
        private int _next;

        public override int Read(Span<byte> buffer)
        {
            if (_next == first.Length) return rest.Read(buffer);
            int count = Math.Min(buffer.Length, first.Length - _next);
            first.AsSpan(_next, count).CopyTo(buffer);
            _next += count;
            return count;
        }
    }
}
