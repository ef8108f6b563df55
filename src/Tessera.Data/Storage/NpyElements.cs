using System.Globalization;
using System.Runtime.CompilerServices;
using Tessera.Compute.Tensors;

namespace Tessera.Data.Storage;

/// <summary>The mapped elements of an NPY file, converted to a float32 matrix.</summary>
internal readonly unsafe struct NpyElements(byte* data, NpyHeader header, string path)
{
    /// <summary>Rows moved at once when columns are contiguous, so that both sides stay in cache.</summary>
    private const int RowsPerStrip = 64;

    /// <exception cref="InvalidInputException">A value is not finite in float32.</exception>
    public Matrix ToMatrix(CancellationToken cancellation)
    {
        var matrix = new Matrix(header.Rows, header.Columns);
        try
        {
            if (header.FortranOrder) CopyColumns(matrix, cancellation);
            else CopyRows(matrix, cancellation);
            return matrix;
        }
        catch
        {
            matrix.Dispose();
            throw;
        }
    }

    private void CopyRows(Matrix matrix, CancellationToken cancellation)
    {
        for (int row = 0; row < header.Rows; row++)
        {
            cancellation.ThrowIfCancellationRequested();
            Span<float> destination = matrix.Row(row);
            Convert((long)row * header.Columns, destination);
            int column = IndexOfNonFinite(destination);
            if (column >= 0) throw NonFinite(row, column, (long)row * header.Columns + column);
        }
    }

    private void CopyColumns(Matrix matrix, CancellationToken cancellation)
    {
        Span<float> strip = stackalloc float[RowsPerStrip];
        for (int first = 0; first < header.Rows; first += RowsPerStrip)
        {
            cancellation.ThrowIfCancellationRequested();
            strip = strip[..Math.Min(RowsPerStrip, header.Rows - first)];
            for (int column = 0; column < header.Columns; column++)
            {
                long source = ((long)column * header.Rows) + first;
                Convert(source, strip);
                int bad = IndexOfNonFinite(strip);
                if (bad >= 0) throw NonFinite(first + bad, column, source + bad);
                for (int i = 0; i < strip.Length; i++) matrix[first + i, column] = strip[i];
            }
        }
    }

    /// <summary>Converts consecutive elements from an index on.</summary>
    private void Convert(long index, Span<float> destination)
    {
        byte* source = data + (index * header.ElementSize);
        switch (header.ElementSize)
        {
            case 2:
                for (int i = 0; i < destination.Length; i++) destination[i] = (float)Unsafe.ReadUnaligned<Half>(source + (2 * (long)i));
                break;
            case 4:
                Unsafe.CopyBlockUnaligned(ref Unsafe.As<float, byte>(ref destination[0]), ref *source, (uint)destination.Length * 4);
                break;
            default:
                for (int i = 0; i < destination.Length; i++) destination[i] = (float)Unsafe.ReadUnaligned<double>(source + (8 * (long)i));
                break;
        }
    }

    private static int IndexOfNonFinite(ReadOnlySpan<float> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i])) return i;
        }

        return -1;
    }

    private InvalidInputException NonFinite(int row, int column, long index)
    {
        double value = header.ElementSize switch
        {
            2 => (double)Unsafe.ReadUnaligned<Half>(data + (index * 2)),
            4 => Unsafe.ReadUnaligned<float>(data + (index * 4)),
            _ => Unsafe.ReadUnaligned<double>(data + (index * 8)),
        };
        string found = double.IsFinite(value) ? "which overflows float32" : "which is not a finite number";
        return new InvalidInputException(
            $"'{path}' holds {value.ToString(CultureInfo.InvariantCulture)} at row {row}, column {column} (counted from 0), {found}; "
            + "expected finite numbers, so mend the value or make the whole row zeros to mark the item as missing.");
    }
}
