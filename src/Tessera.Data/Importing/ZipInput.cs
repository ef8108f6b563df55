using System.IO.Compression;
using System.IO.Hashing;
using Tessera.Data.Storage;

namespace Tessera.Data.Importing;

/// <summary>The only file in a zip archive; its length and checksum are compared at its end.</summary>
internal sealed class ZipInput : ReadingStream
{
    private readonly ZipArchive _archive;
    private readonly ZipArchiveEntry _entry;
    private readonly Stream _content;
    private readonly Crc32 _checksum = new();
    private long _read;

    private ZipInput(ZipArchive archive, ZipArchiveEntry entry)
    {
        _archive = archive;
        _entry = entry;
        _content = entry.Open();
    }

    /// <exception cref="InvalidInputException">The archive holds no file, several, or one that is encrypted.</exception>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static ZipInput Open(Stream file, string path)
    {
        var archive = new ZipArchive(file, ZipArchiveMode.Read);
        ZipArchiveEntry[] files = [.. archive.Entries.Where(entry => !IsFolderOrNote(entry.FullName))];
        if (files.Any(entry => entry.FullName == "[Content_Types].xml"))
            throw new InvalidInputException($"'{path}' is a workbook such as Excel's; expected a table as text, so save it as CSV and name that file.");
        if (files.Length != 1)
        {
            string some = string.Join(", ", files.Take(5).Select(entry => SourceText.Quoted(entry.FullName))) + (files.Length > 5 ? ", …" : "");
            string found = files.Length == 0 ? "no file" : $"{files.Length} files ({some})";
            throw new InvalidInputException($"'{path}' is a zip archive of {found}; expected exactly one, so unpack it and name the file.");
        }

        if (files[0].IsEncrypted)
            throw new InvalidInputException($"'{path}' is an encrypted zip archive; expected one without a password, so unpack it and name the file.");
        return new ZipInput(archive, files[0]);
    }

    public override int Read(Span<byte> buffer)
    {
        int count = _content.Read(buffer);
        _checksum.Append(buffer[..count]);
        _read += count;
        if (count == 0 && buffer.Length > 0 && (_read != _entry.Length || _checksum.GetCurrentHashAsUInt32() != _entry.Crc32))
            throw new InvalidDataException("its content does not match its checksum");
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _content.Dispose();
            _archive.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Folders, and what macOS puts beside the files.</summary>
    private static bool IsFolderOrNote(string name) => name.EndsWith('/') || name.StartsWith("__MACOSX/", StringComparison.Ordinal);
}
