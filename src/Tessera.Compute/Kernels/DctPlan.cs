namespace Tessera.Compute.Kernels;

/// <summary>
/// The orthonormal discrete cosine transform of one length n, for any n ≥ 1, in O(n log n):
/// <c>y[k] = s(k) Σ_j x[j] cos(π (2j + 1) k / 2n)</c> with <c>s(0) = √(1/n)</c> and <c>s(k) = √(2/n)</c> otherwise.
/// </summary>
/// <remarks>
/// <para>Made once per length, immutable, and safe to use from several threads as long as each brings its own scratch.
/// Applying it allocates nothing.</para>
/// <para>The cosine transform becomes a Fourier transform of the same length by taking even samples forwards and then odd
/// samples backwards (J. Makhoul, "A fast cosine transform in one and two dimensions", IEEE Trans. ASSP 28, 1980).
/// 32 columns are transformed at once: the first 16 travel as real parts, the other 16 as imaginary parts.
/// So the rounding error of a column, about 1e-7 of a norm, is of the larger of two columns' norms, and a value that is not finite
/// spoils both.</para>
/// </remarks>
public sealed unsafe partial class DctPlan : ICosineTransform
{
    private readonly DctFourier _fourier;
    private readonly SimdWidth _width;

    /// <summary>Computes the tables for one length.</summary>
    /// <param name="length">Number of samples n, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is less than 1.</exception>
    public DctPlan(int length)
        : this(length, SimdWidths.Widest)
    {
    }

    internal DctPlan(int length, SimdWidth width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        Length = length;
        _width = width;
        _fourier = new DctFourier(length);
        _samples = SampleOrder(length);
        _gather = Array.ConvertAll(_fourier.Order, index => _samples[index]);
        _rotations = Rotations(length);
    }

    /// <summary>Number of samples n.</summary>
    public int Length { get; }

    /// <summary>Number of floats of scratch that every call needs, whatever the shape of the matrix.</summary>
    public int ScratchLength => BlockScratchLength + DctTile.Floats(Length) + DctTile.AlignmentSlack;

    /// <summary>Transforms each column, of length n, of a row-major matrix.</summary>
    /// <param name="direction">Forward or inverse.</param>
    /// <param name="source">The matrix, <c>[n × columns]</c>.</param>
    /// <param name="target">
    /// Where the result goes, <c>[n × columns]</c>; may be <paramref name="source"/> itself, but must not otherwise overlap it.
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
            float* work = tile + DctTile.Floats(Length);
            int column = from;
            for (; column + DctTile.Width <= to; column += DctTile.Width)
                Transform(direction, input + column, columns, output + column, columns, work);
            if (column == to)
                return;
            DctTile.CopyIn(input + column, columns, Length, to - column, tile);
            Transform(direction, tile, DctTile.Width, tile, DctTile.Width, work);
            DctTile.CopyOut(tile, output + column, columns, Length, to - column);
        }
    }

    /// <summary>Transforms each row, of length n, of a row-major matrix.</summary>
    /// <param name="direction">Forward or inverse.</param>
    /// <param name="source">The matrix, <c>[rows × n]</c>.</param>
    /// <param name="target">
    /// Where the result goes, <c>[rows × n]</c>; may be <paramref name="source"/> itself, but must not otherwise overlap it.
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
            float* work = tile + DctTile.Floats(Length);
            for (int row = from; row < to; row += DctTile.Width)
            {
                int rows = Math.Min(DctTile.Width, to - row);
                DctTile.TransposeIn(input + ((nint)row * Length), Length, rows, tile);
                Transform(direction, tile, DctTile.Width, tile, DctTile.Width, work);
                DctTile.TransposeOut(tile, output + ((nint)row * Length), Length, rows);
            }
        }
    }
}
