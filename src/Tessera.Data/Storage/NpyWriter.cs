using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Tessera.Compute.Tensors;

namespace Tessera.Data.Storage;

/// <summary>Writes a matrix as an NPY file of numpy: format 1.0, float32 little-endian, C order.</summary>
public static class NpyWriter
{
    private const int Alignment = 64;
    private const int PreambleLength = 10;

    /// <summary>Writes the file whole: to a temporary name beside it, then renamed over what was there.</summary>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public static void Write(string path, Matrix matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        Write(path, matrix.Rows, matrix.Columns, (row, numbers) => matrix.Row(row).CopyTo(numbers));
    }

    /// <summary>Writes a matrix that is never held whole, row by row; the file is written whole all the same.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Number of columns.</param>
    /// <param name="fill">Fills a row, given its number and its numbers, all 0 to begin with.</param>
    /// <returns>SHA-256 of the file, 64 lower-case hexadecimal digits.</returns>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public static string Write(string path, int rows, int columns, Action<int, Span<float>> fill)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(fill);
        return WholeFile.Write(path, stream =>
        {
            stream.Write(Header(rows, columns));
            var numbers = new float[columns];
            for (int row = 0; row < rows; row++)
            {
                Array.Clear(numbers);
                fill(row, numbers);
                stream.Write(MemoryMarshal.AsBytes<float>(numbers));
            }
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
