using Tessera.Data.Storage;
using ZstdSharp;

namespace Tessera.Data.Importing;

/// <summary>A file to import, decompressed where its first bytes are those of gzip, Zstandard or zip, whatever its name.</summary>
internal sealed class SourceFile : ReadingStream
{
    private readonly FileStream _file;
    private readonly Stream _content;
    private readonly long _length;
    private readonly string _kind = "";

    /// <exception cref="InvalidInputException">The file is absent, may not be read, or is no archive of one file.</exception>
    public SourceFile(string path)
    {
        Path = path;
        _file = InputFile.Open(path);
        Span<byte> magic = stackalloc byte[4];
        try
        {
            magic = magic[.._file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false)];
            _file.Position = 0;
            _length = _file.Length;
            (_kind, _content) = magic switch
            {
                [0x1F, 0x8B, ..] => ("gzip", new GzipInput(new BufferedStream(_file, 1 << 16))),
                [0x28, 0xB5, 0x2F, 0xFD] => ("Zstandard", new DecompressionStream(_file, bufferSize: 1 << 16, leaveOpen: false)),
                [(byte)'P', (byte)'K', 3, 4] or [(byte)'P', (byte)'K', 5, 6] => ("zip", ZipInput.Open(_file, path)),
                _ => ("", (Stream)_file),
            };
        }
        catch (InvalidDataException cause)
        {
            _file.Dispose();
            throw Damaged("zip", cause);
        }
        catch (IOException cause)
        {
            _file.Dispose();
            throw InputFile.Unreadable(path, cause);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    public string Path { get; }

    /// <summary>Stops the reading, which may meet nothing of use for long.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>How much of the file has been read, 0 to 1.</summary>
    public double Share => _length == 0 ? 1 : (double)_file.Position / _length;

    /// <exception cref="InvalidInputException">The system reports an error, or the compressed content is damaged.</exception>
    public override int Read(Span<byte> buffer)
    {
        Cancellation.ThrowIfCancellationRequested();
        try
        {
            return _content.Read(buffer);
        }
        catch (Exception cause) when (cause is InvalidDataException or ZstdException or EndOfStreamException)
        {
            throw Damaged(_kind, cause);
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

    private InvalidInputException Damaged(string kind, Exception cause) =>
        new($"'{Path}' is a damaged {kind} file ({cause.Message.TrimEnd('.')}); expected a whole one, so copy or download it again.", cause);
}
