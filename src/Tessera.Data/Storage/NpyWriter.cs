using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Tessera.Compute.Tensors;

namespace Tessera.Data.Storage;

/// <summary>Writes a matrix as an NPY file of numpy: format 1.0, float32 little-endian, C order.</summary>
internal static class NpyWriter
{
    /// <summary>Writes the file whole.</summary>
    /// <returns>SHA-256 of the file, 64 lower-case hexadecimal digits.</returns>
    /// <exception cref="StorageException">The system refuses.</exception>
    public static string Write(string path, Matrix matrix) =>
        Write(path, matrix.Rows, matrix.Columns, (row, numbers) => matrix.Row(row).CopyTo(numbers));

    /// <summary>Writes a matrix row by row, without holding all of it; the file still appears completely or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Number of columns.</param>
    /// <param name="fill">Fills a row, given its index and its elements, which start as zeros.</param>
    /// <param name="beforeItAppears">Told the checksum before the file is in its place; or null.</param>
    /// <returns>SHA-256 of the file, 64 lower-case hexadecimal digits.</returns>
    /// <exception cref="StorageException">The system refuses.</exception>
    public static string Write(string path, int rows, int columns, Action<int, Span<float>> fill, Action<string>? beforeItAppears = null) => AtomicFile.Write(
        path,
        stream =>
        {
            stream.Write(NpyHeader.Of(rows, columns));
            var numbers = new float[columns];
            for (int row = 0; row < rows; row++)
            {
                Array.Clear(numbers);
                fill(row, numbers);
                stream.Write(MemoryMarshal.AsBytes<float>(numbers));
            }
        },
        beforeItAppears);

    /// <summary>SHA-256 of the file that <see cref="Write(string, Matrix)"/> makes, without making it.</summary>
    public static string ChecksumOf(Matrix matrix)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(NpyHeader.Of(matrix.Rows, matrix.Columns));
        for (int row = 0; row < matrix.Rows; row++) hash.AppendData(MemoryMarshal.AsBytes(matrix.Row(row)));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
