using System.Globalization;
using Tessera.Compute.Tensors;

namespace Tessera.Data.Storage;

/// <summary>Reads a matrix from an NPY file of numpy (format 1.0, 2.0 or 3.0).</summary>
internal static class NpyReader
{
    /// <summary>Reads a float16, float32 or float64 matrix in C or Fortran order, as float32.</summary>
    /// <param name="path">Path of the file; it is read in pieces, never copied whole.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The matrix, with at least one row and one column, all values finite.</returns>
    /// <exception cref="InvalidInputException">
    /// The file is absent, truncated or too long, holds another type or another number of dimensions than two, or a value
    /// that is not finite in float32; the message names the file, and the row and column of the value.
    /// </exception>
    public static Matrix Read(string path, CancellationToken cancellationToken = default)
    {
        using FileStream stream = InputFile.Open(path);
        NpyHeader header = ReadHeader(stream, out _);
        var matrix = new Matrix(header.Rows, header.Columns);
        try
        {
            Fill(matrix, header, stream, cancellationToken);
            return matrix;
        }
        catch (Exception cause)
        {
            matrix.Dispose();
            if (cause is IOException) throw InputFile.Unreadable(path, cause);
            throw;
        }
    }

    /// <summary>Reads the header of a file, and checks the length of the file against it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isUsual">Whether <see cref="NpyWriter"/> would write the same header, so that equal elements mean equal files.</param>
    /// <exception cref="InvalidInputException">The file is absent or no float matrix.</exception>
    public static NpyHeader ReadHeader(string path, out bool isUsual)
    {
        using FileStream stream = InputFile.Open(path);
        NpyHeader header = ReadHeader(stream, out byte[] prefix);
        isUsual = prefix.AsSpan(0, header.DataOffset).SequenceEqual(NpyHeader.Of(header.Rows, header.Columns));
        return header;
    }

    private static void Fill(Matrix matrix, NpyHeader header, FileStream stream, CancellationToken cancellationToken)
    {
        stream.Position = header.DataOffset;
        var numbers = new FloatStream(stream, header.ElementSize);
        float[] columns = header.FortranOrder ? new float[FloatStream.ChunkElements] : [];
        for (int first = 0; first < matrix.Length; first += Math.Min(FloatStream.ChunkElements, matrix.Length - first))
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(FloatStream.ChunkElements, matrix.Length - first);
            Span<float> chunk = header.FortranOrder ? columns.AsSpan(0, count) : matrix.Span.Slice(first, count);
            numbers.Read(chunk);
            for (int i = 0; i < count; i++)
            {
                if (!float.IsFinite(chunk[i])) throw NonFinite(numbers.Original(chunk, i), header, first + i, stream.Name);
                if (header.FortranOrder) matrix[(first + i) % header.Rows, (first + i) / header.Rows] = chunk[i];
            }
        }
    }

    private static NpyHeader ReadHeader(FileStream stream, out byte[] prefix)
    {
        prefix = new byte[(int)Math.Min(stream.Length, NpyHeader.MaxPrefixLength)];
        int length;
        try
        {
            length = stream.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false);
        }
        catch (IOException cause)
        {
            throw InputFile.Unreadable(stream.Name, cause);
        }

        NpyHeader header = NpyHeader.Parse(prefix.AsSpan(0, length), stream.Name);
        long expected = header.DataOffset + ((long)header.Rows * header.Columns * header.ElementSize);
        if (stream.Length == expected) return header;
        string state = stream.Length < expected ? "truncated" : "followed by something else";
        throw new InvalidInputException(
            $"'{stream.Name}' is {state}: it has {stream.Length:N0} bytes; "
            + $"expected {expected:N0} for {header.Rows:N0} x {header.Columns:N0} numbers of {header.ElementSize} bytes, so copy or save it again.");
    }

    private static InvalidInputException NonFinite(double value, NpyHeader header, int index, string path)
    {
        (int row, int column) = header.FortranOrder ? (index % header.Rows, index / header.Rows) : (index / header.Columns, index % header.Columns);
        string found = double.IsFinite(value) ? "which overflows float32" : "which is not a finite number";
        return new InvalidInputException(
            $"'{path}' holds {value.ToString(CultureInfo.InvariantCulture)} at row {row}, column {column} (counted from 0), {found}; "
            + "expected finite numbers, so fix the value or set the whole row to zeros to mark the item as missing.");
    }
}
