namespace Tessera.Compute.Kernels;

/// <summary>
/// Blocks of 32 columns, the unit the transforms work on: a row-major <c>[n × 32]</c> array, each row two cache lines of 64 bytes.
/// </summary>
internal static unsafe class DctTile
{
    /// <summary>Columns of a tile.</summary>
    public const int Width = 32;

    /// <summary>Complex numbers in a row: the first half of the row holds their real parts, the second their imaginary parts.</summary>
    public const int Half = Width / 2;

    /// <summary>Floats by which a span must be longer so that an aligned tile fits in it.</summary>
    public const int AlignmentSlack = 16;

    private const int RowsAtATime = 64;

    public static int Floats(int rows) => checked(rows * Width);

    public static float* Align(float* address) => (float*)(((nuint)address + 63) & ~(nuint)63);

    public static void CheckScratch(Span<float> scratch, int needed)
    {
        if (scratch.Length < needed)
            throw new ArgumentException($"Scratch holds {scratch.Length} floats; {needed} are needed.", nameof(scratch));
    }

    /// <summary>Checks two matrices of a shape and a range of one of its sides, of the length <paramref name="end"/>.</summary>
    public static void Check(ReadOnlySpan<float> source, Span<float> target, int rows, int columns, int from, int to, int end)
    {
        long length = (long)rows * columns;
        if (source.Length != length || target.Length != length)
            throw new ArgumentException($"Source holds {source.Length} and target {target.Length} floats; both must hold {rows} x {columns}.");
        if (from < 0 || to < from || to > end)
            throw new ArgumentException($"The range from {from} to {to} does not lie within 0 to {end}.");
    }

    /// <summary>Copies some columns of a matrix into a tile; the tile's other columns become zero.</summary>
    public static void CopyIn(float* source, nint stride, int rows, int columns, float* tile)
    {
        for (int row = 0; row < rows; row++, source += stride, tile += Width)
        {
            new ReadOnlySpan<float>(source, columns).CopyTo(new Span<float>(tile, columns));
            new Span<float>(tile + columns, Width - columns).Clear();
        }
    }

    /// <summary>Copies the first columns of a tile into a matrix.</summary>
    public static void CopyOut(float* tile, float* target, nint stride, int rows, int columns)
    {
        for (int row = 0; row < rows; row++, target += stride, tile += Width)
            new ReadOnlySpan<float>(tile, columns).CopyTo(new Span<float>(target, columns));
    }

    /// <summary>Makes matrix rows of a length into columns of a tile; the tile's other columns become zero.</summary>
    public static void TransposeIn(float* source, int length, int rows, float* tile)
    {
        if (rows < Width)
            new Span<float>(tile, Floats(length)).Clear();
        for (int start = 0; start < length; start += RowsAtATime)
        {
            int end = Math.Min(start + RowsAtATime, length);
            for (int row = 0; row < rows; row++)
            {
                float* line = source + ((nint)row * length);
                for (int i = start; i < end; i++)
                    tile[((nint)i * Width) + row] = line[i];
            }
        }
    }

    /// <summary>Makes the first columns of a tile into matrix rows.</summary>
    public static void TransposeOut(float* tile, float* target, int length, int rows)
    {
        for (int start = 0; start < length; start += RowsAtATime)
        {
            int end = Math.Min(start + RowsAtATime, length);
            for (int row = 0; row < rows; row++)
            {
                float* line = target + ((nint)row * length);
                for (int i = start; i < end; i++)
                    line[i] = tile[((nint)i * Width) + row];
            }
        }
    }
}
