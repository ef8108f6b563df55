using System.IO.Compression;

namespace Tessera.Data.Importing;

/// <summary>
/// Decompresses a gzip file and refuses one that ends early, which <see cref="GZipStream"/> alone takes for a shorter one: a
/// member of known content is put behind the file and must come out at the end.
/// </summary>
internal sealed class GzipInput : ReadingStream
{
    private static readonly byte[] Mark = [0x54, 0x65, 0x73, 0x73, 0x65, 0x72, 0x61, 0x00, 0xE7, 0x1D, 0xA9, 0x42, 0x8B, 0x3C, 0xF0, 0x65];
    private static readonly byte[] MarkMember = Compress(Mark);
    private readonly GZipStream _decompressed;
    private readonly byte[] _buffer = new byte[(1 << 16) + Mark.Length];
    private int _start, _end;
    private bool _ended;

    public GzipInput(Stream compressed) =>
        _decompressed = new GZipStream(new Extended(compressed, MarkMember), CompressionMode.Decompress);

    /// <exception cref="InvalidDataException">The content is damaged, cut off, or followed by something else.</exception>
    public override int Read(Span<byte> buffer)
    {
        while (!_ended && _end - _start <= Mark.Length) Fill();
        int count = Math.Min(buffer.Length, _end - _start - Mark.Length);
        _buffer.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _decompressed.Dispose();
        base.Dispose(disposing);
    }

    private void Fill()
    {
        _buffer.AsSpan(_start.._end).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        int read = _decompressed.Read(_buffer.AsSpan(_end));
        _end += read;
        _ended = read == 0;
        if (_ended && !_buffer.AsSpan(0, _end).SequenceEqual(Mark))
            throw new InvalidDataException("it is cut off, or something else follows its compressed content");
    }

    private static byte[] Compress(byte[] content)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.NoCompression, leaveOpen: true)) gzip.Write(content);
        return compressed.ToArray();
    }

    /// <summary>A stream and some bytes behind it.</summary>
    private sealed class Extended(Stream first, byte[] last) : ReadingStream
    {
        private int _next;

        public override int Read(Span<byte> buffer)
        {
            int read = _next == 0 ? first.Read(buffer) : 0;
            if (read > 0) return read;
            int count = Math.Min(buffer.Length, last.Length - _next);
            last.AsSpan(_next, count).CopyTo(buffer);
            _next += count;
            return count;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) first.Dispose();
            base.Dispose(disposing);
        }
    }
}
