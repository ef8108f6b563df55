using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Tessera.Compute.Tensors;

namespace Tessera.Recommendation.Data;

/// <summary>Writes a matrix as an NPY file of numpy: format 1.0, float32 little-endian, C order.</summary>
public static class NpyWriter
{
    private const int Alignment = 64;
    private const int PreambleLength = 10;

    /// <summary>Writes the file whole: to a temporary name beside it, then renamed over what was there.</summary>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public static void Write(string path, Matrix matrix)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(matrix);
        WholeFile.Write(path, stream =>
        {
            stream.Write(Header(matrix.Rows, matrix.Columns));
            for (int row = 0; row < matrix.Rows; row++) stream.Write(MemoryMarshal.AsBytes(matrix.Row(row)));
        });
    }

    /// <summary>Preamble and dictionary, padded so that the elements begin at a multiple of 64 bytes.</summary>
    private static byte[] Header(int rows, int columns)
    {
        string text = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {columns}), }}";
        int length = (PreambleLength + text.Length + 1 + Alignment - 1) / Alignment * Alignment;
        var header = new byte[length];
        "\0NUMPY"u8.CopyTo(header);
        header[0] = 0x93;
        header[6] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), (ushort)(length - PreambleLength));
        header.AsSpan(PreambleLength).Fill((byte)' ');
        Encoding.ASCII.GetBytes(text, header.AsSpan(PreambleLength));
        header[^1] = (byte)'\n';
        return header;
    }
}
