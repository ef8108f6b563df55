using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tessera.Compute.Tensors;

/// <summary>A dense row-major float32 matrix in 64-byte-aligned native memory.</summary>
/// <remarks>
/// Rows are contiguous: element (r, c) is at <c>Span[r * Columns + c]</c>. Native memory keeps large features
/// out of the garbage collector's way and lets vector loads be aligned.
/// </remarks>
[DebuggerDisplay("Matrix[{Rows} x {Columns}]")]
public sealed unsafe class Matrix : IDisposable
{
    private readonly bool _owned;
    private float* _data;

    /// <summary>Allocates a matrix of zeros.</summary>
    /// <param name="rows">Number of rows, 0 or more.</param>
    /// <param name="columns">Number of columns, 0 or more; <c>rows * columns</c> must fit an int.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative.</exception>
    /// <exception cref="InsufficientMemoryException">The product exceeds <see cref="int.MaxValue"/>, or there is not so much memory.</exception>
    public Matrix(int rows, int columns)
    {
        CheckShape(rows, columns);
        Rows = rows;
        Columns = columns;
        _data = NativeBlock.Allocate(Length);
        _owned = true;
        GC.AddMemoryPressure(Pressure);
    }

    /// <summary>Wraps memory that somebody else owns and that outlives this matrix.</summary>
    internal Matrix(float* data, int rows, int columns)
    {
        Point(data, rows, columns);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the memory of a matrix that was not disposed.</summary>
    ~Matrix() => Free();

    /// <summary>Number of rows.</summary>
    public int Rows { get; private set; }

    /// <summary>Number of columns.</summary>
    public int Columns { get; private set; }

    /// <summary>Number of elements, <c>Rows * Columns</c>.</summary>
    public int Length => Rows * Columns;

    /// <summary>All elements, row after row.</summary>
    /// <exception cref="ObjectDisposedException">The matrix was disposed.</exception>
    public Span<float> Span => new(Data, Length);

    /// <summary>Address of element (0, 0), aligned to 64 bytes unless this is a view of rows.</summary>
    internal float* Data
    {
        get
        {
            ObjectDisposedException.ThrowIf(_data is null, this);
            return _data;
        }
    }

    /// <summary>Whether the rows of this matrix and another are the same memory, as far as both have them.</summary>
    internal bool SharesRows(Matrix other) => Data == other.Data && Columns == other.Columns;

    /// <summary>Element at a row and a column.</summary>
    public float this[int row, int column]
    {
        get => Row(row)[column];
        set => Row(row)[column] = value;
    }

    /// <summary>Copies a two-dimensional array.</summary>
    public static Matrix From(float[,] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var matrix = new Matrix(values.GetLength(0), values.GetLength(1));
        ref float first = ref Unsafe.As<byte, float>(ref MemoryMarshal.GetArrayDataReference(values));
        MemoryMarshal.CreateReadOnlySpan(ref first, values.Length).CopyTo(matrix.Span);
        return matrix;
    }

    /// <summary>The elements of one row.</summary>
    public Span<float> Row(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows, nameof(row));
        return new Span<float>(Data + ((nint)row * Columns), Columns);
    }

    /// <summary>
    /// Some of the rows as a matrix over the same memory, without copying: valid as long as this one is, and not to be
    /// used after it is disposed.
    /// </summary>
    public Matrix RowRange(int row, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)row + count, Rows, nameof(count));
        return new Matrix(Data + ((nint)row * Columns), count, Columns);
    }

    /// <summary>Copies all elements of a matrix of the same shape into this one.</summary>
    public void CopyFrom(Matrix source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (source.Rows != Rows || source.Columns != Columns)
            throw new ArgumentException($"A {source.Rows} x {source.Columns} matrix cannot be copied into a {Rows} x {Columns} one.", nameof(source));
        source.Span.CopyTo(Span);
    }

    /// <summary>A new matrix with the same elements.</summary>
    public Matrix Clone()
    {
        var copy = new Matrix(Rows, Columns);
        Span.CopyTo(copy.Span);
        return copy;
    }

    /// <summary>Frees the native memory; any later access throws.</summary>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    /// <summary>Redirects a wrapper to other memory, so that arenas can reuse wrappers without allocating.</summary>
    internal void Point(float* data, int rows, int columns)
    {
        Debug.Assert(!_owned, "Only a wrapper can be redirected.");
        CheckShape(rows, columns);
        _data = data;
        Rows = rows;
        Columns = columns;
    }

    private long Pressure => Math.Max(1L, Length) * sizeof(float);

    private static void CheckShape(int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        if ((long)rows * columns > int.MaxValue)
        {
            throw new InsufficientMemoryException(string.Create(
                CultureInfo.InvariantCulture, $"a matrix of {rows:N0} x {columns:N0} numbers was needed, and the largest has {int.MaxValue:N0}"));
        }
    }

    private void Free()
    {
        if (_owned && _data is not null)
        {
            NativeBlock.Free(_data);
            GC.RemoveMemoryPressure(Pressure);
        }

        _data = null;
    }
}
