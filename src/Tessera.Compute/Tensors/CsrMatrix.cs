using System.Diagnostics;

namespace Tessera.Compute.Tensors;

/// <summary>A sparse matrix in compressed sparse row form: float32 values, int32 columns.</summary>
/// <remarks>Immutable. The entries of row r are at positions <c>RowStarts[r] .. RowStarts[r + 1]</c>, columns ascending.</remarks>
[DebuggerDisplay("CsrMatrix[{Rows} x {Columns}, {Count} entries]")]
public sealed class CsrMatrix
{
    private readonly int[] _rowStarts;
    private readonly int[] _columns;
    private readonly float[] _values;
    private CsrMatrix? _transposed;
    private int[]? _transposedEntries;

    /// <summary>Takes the three arrays of the compressed form over, without copying them.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Number of columns.</param>
    /// <param name="rowStarts">Non-decreasing offsets, <c>[rows + 1]</c>, from 0 to the number of entries.</param>
    /// <param name="columnIndices">Column of each entry, ascending and distinct within a row, each in 0..columns-1.</param>
    /// <param name="values">Value of each entry.</param>
    /// <exception cref="ArgumentException">The arrays do not form a valid matrix.</exception>
    public CsrMatrix(int rows, int columns, int[] rowStarts, int[] columnIndices, float[] values)
    {
        ArgumentNullException.ThrowIfNull(rowStarts);
        ArgumentNullException.ThrowIfNull(columnIndices);
        ArgumentNullException.ThrowIfNull(values);
        Check(rows, columns, rowStarts, columnIndices, values);
        Rows = rows;
        Columns = columns;
        _rowStarts = rowStarts;
        _columns = columnIndices;
        _values = values;
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Number of columns.</summary>
    public int Columns { get; }

    /// <summary>Number of stored entries.</summary>
    public int Count => _values.Length;

    /// <summary>Offset of each row's first entry, and the number of entries last: <c>[Rows + 1]</c>.</summary>
    public ReadOnlySpan<int> RowStarts => _rowStarts;

    /// <summary>Column of each entry, <c>[Count]</c>.</summary>
    public ReadOnlySpan<int> ColumnIndices => _columns;

    /// <summary>Value of each entry, <c>[Count]</c>.</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>The transposed matrix, computed at first use and kept; its own transposed is this matrix.</summary>
    public CsrMatrix Transposed
    {
        get
        {
            if (_transposed is null)
            {
                CsrMatrix transposed = Transpose();
                transposed._transposed = this;
                _transposed = transposed;
            }

            return _transposed;
        }
    }

    /// <summary>For each entry of <see cref="Transposed"/> its position in this matrix, computed at first use and kept.</summary>
    internal ReadOnlySpan<int> TransposedEntries => _transposedEntries ??= FindTransposedEntries();

    /// <summary>Columns of the entries of one row, ascending.</summary>
    public ReadOnlySpan<int> RowColumns(int row) => _columns.AsSpan(_rowStarts[row].._rowStarts[row + 1]);

    /// <summary>Values of the entries of one row.</summary>
    public ReadOnlySpan<float> RowValues(int row) => _values.AsSpan(_rowStarts[row].._rowStarts[row + 1]);

    /// <summary>Builds a matrix from coordinates in any order; values of repeated coordinates are added in the given order.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Number of columns.</param>
    /// <param name="entries">Row, column and value of each entry.</param>
    /// <exception cref="ArgumentException">A size is negative or an entry outside of the matrix.</exception>
    public static CsrMatrix FromEntries(int rows, int columns, IReadOnlyList<(int Row, int Column, float Value)> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        var starts = new int[rows + 1];
        var indices = new List<int>(entries.Count);
        var values = new List<float>(entries.Count);
        int last = -1;
        foreach ((int row, int column, float value) in entries.OrderBy(e => e.Row).ThenBy(e => e.Column))
        {
            if ((uint)row >= (uint)rows)
                throw new ArgumentException($"Row {row} of an entry is out of 0..{rows - 1}.", nameof(entries));
            if (row == last && indices[^1] == column)
            {
                values[^1] += value;
                continue;
            }

            indices.Add(column);
            values.Add(value);
            starts[row + 1]++;
            last = row;
        }

        for (int row = 0; row < rows; row++) starts[row + 1] += starts[row];
        return new CsrMatrix(rows, columns, starts, [.. indices], [.. values]);
    }

    private static void Check(int rows, int columns, int[] rowStarts, int[] columnIndices, float[] values)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        if (rowStarts.Length != rows + 1 || rowStarts[0] != 0 || rowStarts[^1] != values.Length)
            throw new ArgumentException($"Row starts must be {rows + 1} offsets from 0 to {values.Length}.", nameof(rowStarts));
        if (columnIndices.Length != values.Length)
            throw new ArgumentException($"{columnIndices.Length} columns and {values.Length} values; expected as many.", nameof(columnIndices));
        for (int row = 0; row < rows; row++)
        {
            if (rowStarts[row] > rowStarts[row + 1] || rowStarts[row + 1] > values.Length)
                throw new ArgumentException($"Row starts decrease or exceed {values.Length} at row {row}.", nameof(rowStarts));
            for (int e = rowStarts[row]; e < rowStarts[row + 1]; e++)
            {
                if ((uint)columnIndices[e] >= (uint)columns || (e > rowStarts[row] && columnIndices[e] <= columnIndices[e - 1]))
                    throw new ArgumentException($"Row {row}: column {columnIndices[e]} is out of 0..{columns - 1} or not ascending.", nameof(columnIndices));
            }
        }
    }

    private int[] FindTransposedEntries()
    {
        int[] next = Transposed.RowStarts[..Columns].ToArray();
        var entries = new int[Count];
        for (int e = 0; e < Count; e++) entries[next[_columns[e]]++] = e;
        return entries;
    }

    private CsrMatrix Transpose()
    {
        var starts = new int[Columns + 1];
        foreach (int column in _columns) starts[column + 1]++;
        for (int column = 0; column < Columns; column++) starts[column + 1] += starts[column];

        var next = starts.AsSpan(0, Columns).ToArray();
        var rows = new int[Count];
        var values = new float[Count];
        for (int row = 0; row < Rows; row++)
        {
            for (int e = _rowStarts[row]; e < _rowStarts[row + 1]; e++)
            {
                int position = next[_columns[e]]++;
                rows[position] = row;
                values[position] = _values[e];
            }
        }

        return new CsrMatrix(Columns, Rows, starts, rows, values);
    }
}
