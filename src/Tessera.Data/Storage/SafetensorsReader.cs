using Tessera.Compute.Tensors;

namespace Tessera.Data.Storage;

/// <summary>Reads safetensors files of float tensors with at most two dimensions, tensor by tensor.</summary>
/// <remarks>The header is read and checked at opening, data when asked for. Not safe for use by several threads at once.</remarks>
internal sealed class SafetensorsReader : IDisposable
{
    private readonly string _path;
    private readonly FileStream _stream;
    private readonly SafetensorsHeader _header;

    private SafetensorsReader(string path, FileStream stream)
    {
        _path = path;
        _stream = stream;
        _header = SafetensorsHeader.Read(stream, path);
    }

    /// <summary>The tensors of the file, in the order of its header.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries => _header.Entries;

    /// <summary>The texts of the header's <c>__metadata__</c>; empty where it has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>Opens a file and checks its header against its length.</summary>
    /// <exception cref="InvalidInputException">There is no such file, it is damaged, or it holds other tensors.</exception>
    public static SafetensorsReader Open(string path)
    {
        if (!File.Exists(path)) throw new InvalidInputException($"{path}: there is no such file; expected a safetensors file.");
        FileStream stream = InputFile.Open(path);
        try
        {
            return new SafetensorsReader(path, stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Reads all tensors of a file, in the order of its header.</summary>
    /// <exception cref="InvalidInputException">There is no such file, it is damaged, or it holds other tensors.</exception>
    public static IReadOnlyList<(string Name, Matrix Value)> Read(string path)
    {
        using SafetensorsReader reader = Open(path);
        return [.. reader.Entries.Select(entry => (entry.Name, reader.Read(entry)))];
    }

    /// <summary>Reads one tensor; <c>F16</c> and <c>F64</c> are converted, one dimension of n becomes <c>[1 x n]</c>.</summary>
    /// <exception cref="InvalidInputException">The file has no tensor of that name, or a value exceeds float32.</exception>
    public Matrix ReadTensor(string name)
    {
        SafetensorsEntry? entry = _header.Entries.Find(entry => entry.Name == name);
        return entry is not null
            ? Read(entry)
            : throw new InvalidInputException(
                $"{_path}: there is no tensor '{name}'; it holds {string.Join(", ", Entries.Select(e => e.Name))}.");
    }

    /// <summary>Reads the bytes of one tensor of <c>U8</c>.</summary>
    /// <exception cref="InvalidInputException">The file has no such tensor of that name.</exception>
    public byte[] ReadBytes(string name)
    {
        if (_header.Entries.Find(entry => entry.Name == name) is not { DataType: "U8" } entry)
            throw new InvalidInputException($"{_path}: there is no tensor '{name}' of bytes (U8); it holds {string.Join(", ", Entries.Select(e => $"{e.Name} ({e.DataType})"))}.");
        var bytes = new byte[entry.End - entry.Start];
        _stream.Position = _header.DataStart + entry.Start;
        _stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _stream.Dispose();

    private Matrix Read(SafetensorsEntry entry)
    {
        if (!entry.DataType.StartsWith('F'))
            throw new InvalidInputException($"{_path}: tensor '{entry.Name}' has the type '{entry.DataType}'; expected F16, F32 or F64, so convert it.");
        var matrix = new Matrix(entry.Rows, entry.Columns);
        try
        {
            _stream.Position = _header.DataStart + entry.Start;
            Fill(entry, matrix.Span);
            return matrix;
        }
        catch
        {
            matrix.Dispose();
            throw;
        }
    }

    private void Fill(SafetensorsEntry entry, Span<float> values)
    {
        var numbers = new FloatStream(_stream, SafetensorsHeader.ElementSize(entry.DataType));
        while (!values.IsEmpty)
        {
            Span<float> chunk = values[..Math.Min(values.Length, FloatStream.ChunkElements)];
            numbers.Read(chunk);
            RefuseOverflow(entry, numbers, chunk);
            values = values[chunk.Length..];
        }
    }

    private void RefuseOverflow(SafetensorsEntry entry, FloatStream numbers, ReadOnlySpan<float> chunk)
    {
        if (entry.DataType != "F64") return;
        for (int i = 0; i < chunk.Length; i++)
        {
            double value = numbers.Original(chunk, i);
            if (double.IsFinite(value) && !float.IsFinite(chunk[i]))
                throw new InvalidInputException($"{_path}: tensor '{entry.Name}' holds {value}, beyond the range of float32; rescale it.");
        }
    }
}
