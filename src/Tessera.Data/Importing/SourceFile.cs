using Tessera.Data.Storage;

namespace Tessera.Data.Importing;

/// <summary>A file to import, decompressed where its first bytes are those of gzip, whatever its name.</summary>
internal sealed class SourceFile : ReadingStream
{
    private readonly FileStream _file;
    private readonly Stream _content;
    private readonly long _length;

    /// <exception cref="InvalidInputException">The file is absent or may not be read.</exception>
    public SourceFile(string path)
    {
        Path = path;
        _file = InputFile.Open(path);
        Span<byte> magic = stackalloc byte[2];
        try
        {
            bool isGzip = _file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) == magic.Length && magic is [0x1F, 0x8B];
            _file.Position = 0;
            _length = _file.Length;
            _content = isGzip ? new GzipInput(new BufferedStream(_file, 1 << 16)) : _file;
        }
        catch (IOException cause)
        {
            throw InputFile.Unreadable(path, cause);
        }
    }

    public string Path { get; }

    /// <summary>How much of the file has been read, 0 to 1.</summary>
    public double Share => _length == 0 ? 1 : (double)_file.Position / _length;

    /// <exception cref="InvalidInputException">The system reports an error, or the compressed content is damaged.</exception>
    public override int Read(Span<byte> buffer)
    {
        try
        {
            return _content.Read(buffer);
        }
        catch (InvalidDataException cause)
        {
            throw new InvalidInputException(
                $"'{Path}' is a damaged gzip file ({cause.Message.TrimEnd('.')}); expected a whole one, so copy or download it again.", cause);
        }
        catch (IOException cause)
        {
            throw InputFile.Unreadable(Path, cause);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _content.Dispose();
        base.Dispose(disposing);
    }
}
