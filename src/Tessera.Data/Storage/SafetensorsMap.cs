using Tessera.Compute.Tensors;

namespace Tessera.Data.Storage;

/// <summary>A safetensors file in memory, of which only what is looked at is read and checked. Several threads may look at once.</summary>
internal sealed unsafe class SafetensorsMap : IDisposable
{
    private readonly MappedFile _file;
    private readonly SafetensorsHeader _header;

    /// <summary>Opens a file of a folder that has its checksums.</summary>
    /// <exception cref="InvalidInputException">The file or its checksums are missing, its header is damaged, or it is no such file.</exception>
    public SafetensorsMap(string path)
    {
        Path = path;
        string folder = System.IO.Path.GetDirectoryName(path)!;
        _file = new MappedFile(path, Checksums.BlocksOf(folder, System.IO.Path.GetFileName(path)));
        try
        {
            long length = Math.Min(_file.Length, sizeof(ulong) + SafetensorsHeader.LengthOf(_file.Bytes(0, (int)Math.Min(sizeof(ulong), _file.Length)), path));
            using var start = new UnmanagedMemoryStream(_file.At(0, length), _file.Length);
            _header = SafetensorsHeader.Read(start, path);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>The file, for messages.</summary>
    public string Path { get; }

    /// <summary>The texts of the header's <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>Where a tensor is, null where there is none of the name.</summary>
    /// <param name="type">What its elements must be: <c>F32</c>, <c>I32</c> or <c>U8</c>.</param>
    /// <exception cref="InvalidInputException">Its elements are of another type.</exception>
    public SafetensorsEntry? Find(string name, string type)
    {
        SafetensorsEntry? entry = _header.Entries.Find(entry => entry.Name == name);
        return entry is null || entry.DataType == type ? entry
            : throw new InvalidInputException($"'{Path}' holds '{name}' as {entry.DataType}; expected {type}, so restore the file or make it again.");
    }

    /// <summary>Where a tensor is that must be there.</summary>
    /// <exception cref="InvalidInputException">There is none of the name, or its elements are of another type.</exception>
    public SafetensorsEntry Require(string name, string type) => Find(name, type)
        ?? throw new InvalidInputException($"'{Path}' holds no tensor '{name}'; restore the file or make it again.");

    /// <summary>Some elements of a tensor, counted over its rows.</summary>
    /// <exception cref="InvalidInputException">Bytes read do not match their checksum.</exception>
    public ReadOnlySpan<T> Elements<T>(SafetensorsEntry entry, long first, int count)
        where T : unmanaged => new(At(entry, first * sizeof(T), (long)count * sizeof(T)), count);

    /// <summary>All elements of a tensor of <c>F32</c> as a matrix over the file's memory, valid until this is disposed of.</summary>
    /// <exception cref="InvalidInputException">Bytes read do not match their checksum.</exception>
    public Matrix All(SafetensorsEntry entry) => new((float*)At(entry, 0, entry.End - entry.Start), entry.Rows, entry.Columns);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private byte* At(SafetensorsEntry entry, long offset, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + length, entry.End - entry.Start);
        return _file.At(_header.DataStart + entry.Start + offset, length);
    }
}
