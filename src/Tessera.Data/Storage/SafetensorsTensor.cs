using System.Runtime.InteropServices;
using Tessera.Compute.Tensors;

namespace Tessera.Data.Storage;

/// <summary>A tensor to write.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="DataType">Type of its elements.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Bytes">Its length in bytes.</param>
/// <param name="Write">Writes that many bytes.</param>
internal sealed record SafetensorsTensor(string Name, string DataType, int[] Shape, long Bytes, Action<Stream> Write)
{
    /// <summary>A matrix, as <c>F32</c> of two dimensions.</summary>
    public static SafetensorsTensor Of((string Name, Matrix Value) tensor)
    {
        Matrix value = tensor.Value;
        return new(tensor.Name, "F32", [value.Rows, value.Columns], (long)value.Length * sizeof(float), stream =>
        {
            for (int row = 0; row < value.Rows; row++) stream.Write(MemoryMarshal.AsBytes(value.Row(row)));
        });
    }

    /// <summary>Whole numbers, as <c>I32</c> of one dimension.</summary>
    public static SafetensorsTensor Of(string name, ReadOnlyMemory<int> values) =>
        new(name, "I32", [values.Length], (long)values.Length * sizeof(int), stream => stream.Write(MemoryMarshal.AsBytes(values.Span)));

    /// <summary>Numbers, as <c>F32</c> of one dimension.</summary>
    public static SafetensorsTensor Of(string name, ReadOnlyMemory<float> values) =>
        new(name, "F32", [values.Length], (long)values.Length * sizeof(float), stream => stream.Write(MemoryMarshal.AsBytes(values.Span)));

    /// <summary>Bytes, as <c>U8</c> of one dimension.</summary>
    public static SafetensorsTensor Of(string name, ReadOnlyMemory<byte> values) =>
        new(name, "U8", [values.Length], values.Length, stream => stream.Write(values.Span));
}
