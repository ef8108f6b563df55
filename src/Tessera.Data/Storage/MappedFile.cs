using System.IO.MemoryMappedFiles;

namespace Tessera.Data.Storage;

/// <summary>
/// A file in memory, of which only what is looked at is read. The first look at a block compares it with its checksum. Several threads may
/// look at once. Writing to the memory changes this process's copy alone.
/// </summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly string _path;
    private readonly string[] _checksums;
    private readonly bool[] _checked;
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="checksums">SHA-256 of its blocks of <see cref="Checksums.BlockSize"/> bytes.</param>
    /// <exception cref="InvalidInputException">The file cannot be opened, or its length is not that of the blocks.</exception>
    public MappedFile(string path, string[] checksums)
    {
        (_path, _checksums) = (path, checksums);
        FileStream file = InputFile.Open(path);
        Length = file.Length;
        if (Length == 0 || (Length + Checksums.BlockSize - 1) / Checksums.BlockSize != checksums.Length)
        {
            file.Dispose();
            throw Damaged($"it has {Length:N0} bytes, which its {SourceText.Counted(checksums.Length, "block")} in {Checksums.FileName} do not cover");
        }

        _checked = new bool[checksums.Length];
        _map = MemoryMappedFile.CreateFromFile(
            file, mapName: null, capacity: 0, MemoryMappedFileAccess.CopyOnWrite, HandleInheritability.None, leaveOpen: false);
        _view = _map.CreateViewAccessor(0, Length, MemoryMappedFileAccess.CopyOnWrite);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        _start += _view.PointerOffset;
    }

    /// <summary>Length in bytes, 1 or more.</summary>
    public long Length { get; }

    /// <summary>The address of some bytes, whose blocks are checked unless they were before; valid until this is disposed of.</summary>
    /// <exception cref="InvalidInputException">A block does not match its checksum.</exception>
    public byte* At(long offset, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length - offset);
        ObjectDisposedException.ThrowIf(_view.SafeMemoryMappedViewHandle.IsClosed, this);
        long last = (offset + length - 1) / Checksums.BlockSize;
        for (long block = offset / Checksums.BlockSize; length > 0 && block <= last; block++)
        {
            if (!_checked[block]) Check(block);
        }

        return _start + offset;
    }

    /// <summary>Some bytes, as <see cref="At"/> gives them.</summary>
    public ReadOnlySpan<byte> Bytes(long offset, int length) => new(At(offset, length), length);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_view.SafeMemoryMappedViewHandle.IsClosed) _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _map.Dispose();
    }

    private void Check(long block)
    {
        long start = block * Checksums.BlockSize;
        int length = (int)Math.Min(Checksums.BlockSize, Length - start);
        if (Checksums.Of(new ReadOnlySpan<byte>(_start + start, length)) != _checksums[block])
            throw Damaged($"bytes {start:N0} to {start + length - 1:N0} do not match their checksum in {Checksums.FileName}");
        _checked[block] = true;
    }

    private InvalidInputException Damaged(string fault) => new($"'{_path}' is damaged: {fault}; restore it or make its folder again.");
}
