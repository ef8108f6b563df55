using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Tessera.Compute.Tensors;

namespace Tessera.Data.Storage;

/// <summary>Reads safetensors files of float tensors with at most two dimensions, tensor by tensor.</summary>
/// <remarks>The header is read and checked at opening, data when asked for. Not safe for use by several threads at once.</remarks>
public sealed class SafetensorsReader : IDisposable
{
    private const int ChunkElements = 1 << 16;
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
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path)) throw new InvalidInputException($"{path}: there is no such file; expected a safetensors file.");
        FileStream stream = File.OpenRead(path);
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

    /// <summary>Closes the file.</summary>
    public void Dispose() => _stream.Dispose();

    private Matrix Read(SafetensorsEntry entry)
    {
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
        byte[] buffer = entry.DataType == "F32" ? [] : new byte[ChunkElements * SafetensorsHeader.ElementSize(entry.DataType)];
        while (!values.IsEmpty)
        {
            Span<float> chunk = values[..Math.Min(values.Length, ChunkElements)];
            if (entry.DataType == "F32") _stream.ReadExactly(MemoryMarshal.AsBytes(chunk));
            else if (entry.DataType == "F16") FillHalves(chunk, buffer);
            else FillDoubles(entry, chunk, buffer);
            values = values[chunk.Length..];
        }
    }

    private void FillHalves(Span<float> values, byte[] buffer)
    {
        Span<byte> bytes = buffer.AsSpan(0, values.Length * 2);
        _stream.ReadExactly(bytes);
        for (int i = 0; i < values.Length; i++) values[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[(2 * i)..]);
    }

    private void FillDoubles(SafetensorsEntry entry, Span<float> values, byte[] buffer)
    {
        Span<byte> bytes = buffer.AsSpan(0, values.Length * sizeof(double));
        _stream.ReadExactly(bytes);
        for (int i = 0; i < values.Length; i++)
        {
            double value = BinaryPrimitives.ReadDoubleLittleEndian(bytes[(sizeof(double) * i)..]);
            values[i] = (float)value;
            if (double.IsFinite(value) && !float.IsFinite(values[i]))
                throw new InvalidInputException($"{_path}: tensor '{entry.Name}' holds {value}, beyond the range of float32; rescale it.");
        }
    }
}
