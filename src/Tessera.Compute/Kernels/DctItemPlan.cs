namespace Tessera.Compute.Kernels;

/// <summary>
/// The orthonormal two-dimensional cosine transform of vectors of one length D, each laid out row-major on a grid of p × q:
/// <c>Y = C_p X C_qᵀ</c>, that is <c>y = (C_p ⊗ C_q) x</c>, with the one-dimensional transforms of <see cref="DctPlan"/>.
/// </summary>
/// <remarks>Made once per length, immutable, and safe to use from several threads as long as each brings its own scratch.</remarks>
public sealed unsafe class DctItemPlan : ICosineTransform
{
    private readonly DctPlan _alongP;
    private readonly DctPlan _alongQ;

    /// <summary>Computes the tables for one length.</summary>
    /// <param name="dimensions">Length D of the vectors, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="dimensions"/> is less than 1.</exception>
    public DctItemPlan(int dimensions)
        : this(dimensions, SimdWidths.Widest)
    {
    }

    internal DctItemPlan(int dimensions, SimdWidth width)
    {
        (int p, int q) = Grid(dimensions);
        _alongP = new DctPlan(p, width);
        _alongQ = p == q ? _alongP : new DctPlan(q, width);
    }

    /// <summary>Length D of the vectors.</summary>
    public int Length => _alongP.Length * _alongQ.Length;

    /// <summary>Number of floats of scratch that every call needs, whatever the shape of the matrix.</summary>
    public int ScratchLength =>
        DctTile.Floats(Length) + Math.Max(_alongP.BlockScratchLength, _alongQ.BlockScratchLength) + DctTile.AlignmentSlack;

    /// <summary>The grid of a vector of D elements: p is the largest divisor of D with p ≤ √D, and q = D / p.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="dimensions"/> is less than 1.</exception>
    public static (int P, int Q) Grid(int dimensions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        int p = (int)Math.Sqrt(dimensions);
        while (dimensions % p != 0)
            p--;
        return (p, dimensions / p);
    }

    /// <summary>Transforms each column, of length D, of a row-major matrix.</summary>
    /// <param name="direction">Forward or inverse.</param>
    /// <param name="source">The matrix, <c>[D × columns]</c>.</param>
    /// <param name="target">
    /// Where the result goes, <c>[D × columns]</c>; may be <paramref name="source"/> itself, but must not otherwise overlap it.
    /// </param>
    /// <param name="columns">Number of columns of the matrix.</param>
    /// <param name="from">First column to transform; the others are left alone.</param>
    /// <param name="to">
    /// One past the last column to transform. Splits at multiples of 32 are fastest and change no bit of the result.
    /// </param>
    /// <param name="scratch">At least <see cref="ScratchLength"/> floats, overwritten.</param>
    /// <exception cref="ArgumentException">A span is too short or the range is not within the matrix.</exception>
    public void AlongColumns(
        DctDirection direction, ReadOnlySpan<float> source, Span<float> target, int columns, int from, int to, Span<float> scratch)
    {
        DctTile.Check(source, target, Length, columns, from, to, columns);
        DctTile.CheckScratch(scratch, ScratchLength);
        fixed (float* input = source, output = target, space = scratch)
        {
            float* tile = DctTile.Align(space);
            for (int column = from; column < to; column += DctTile.Width)
            {
                int width = Math.Min(DctTile.Width, to - column);
                DctTile.CopyIn(input + column, columns, Length, width, tile);
                TransformTile(direction, tile);
                DctTile.CopyOut(tile, output + column, columns, Length, width);
            }
        }
    }

    /// <summary>Transforms each row, of length D, of a row-major matrix.</summary>
    /// <param name="direction">Forward or inverse.</param>
    /// <param name="source">The matrix, <c>[rows × D]</c>.</param>
    /// <param name="target">
    /// Where the result goes, <c>[rows × D]</c>; may be <paramref name="source"/> itself, but must not otherwise overlap it.
    /// </param>
    /// <param name="from">First row to transform; the others are left alone.</param>
    /// <param name="to">
    /// One past the last row to transform. Splits at multiples of 32 are fastest and change no bit of the result.
    /// </param>
    /// <param name="scratch">At least <see cref="ScratchLength"/> floats, overwritten.</param>
    /// <exception cref="ArgumentException">A span is too short or the range is not within the matrix.</exception>
    public void AlongRows(
        DctDirection direction, ReadOnlySpan<float> source, Span<float> target, int from, int to, Span<float> scratch)
    {
        DctTile.Check(source, target, source.Length / Length, Length, from, to, source.Length / Length);
        DctTile.CheckScratch(scratch, ScratchLength);
        fixed (float* input = source, output = target, space = scratch)
        {
            float* tile = DctTile.Align(space);
            for (int row = from; row < to; row += DctTile.Width)
            {
                int rows = Math.Min(DctTile.Width, to - row);
                DctTile.TransposeIn(input + ((nint)row * Length), Length, rows, tile);
                TransformTile(direction, tile);
                DctTile.TransposeOut(tile, output + ((nint)row * Length), Length, rows);
            }
        }
    }

    /// <summary>Transforms 32 vectors in place: first along the grid's rows, then along its columns.</summary>
    private void TransformTile(DctDirection direction, float* tile)
    {
        int p = _alongP.Length, q = _alongQ.Length;
        float* work = tile + DctTile.Floats(Length);
        for (int i = 0; i < p; i++)
        {
            float* row = tile + DctTile.Floats(i * q);
            _alongQ.Transform(direction, row, DctTile.Width, row, DctTile.Width, work);
        }

        for (int j = 0; j < q && p > 1; j++)
        {
            float* column = tile + DctTile.Floats(j);
            _alongP.Transform(direction, column, DctTile.Floats(q), column, DctTile.Floats(q), work);
        }
    }
}
