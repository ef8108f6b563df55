using System.Runtime.Intrinsics;
using Tessera.Compute.Tensors;
using Tessera.Compute.Threads;

namespace Tessera.Compute.Kernels;

/// <summary>One operand of a matrix product: where it lies and whether it is used transposed.</summary>
/// <param name="Data">Element (0, 0) as stored.</param>
/// <param name="Stride">Floats between two stored rows.</param>
/// <param name="Transposed">Whether the product takes the stored matrix transposed.</param>
internal readonly unsafe record struct GemmOperand(nint Data, int Stride, bool Transposed)
{
    /// <summary>Address of element (row, column) of the operand as the product sees it.</summary>
    public float* At(int row, int column) =>
        (float*)Data + (Transposed ? ((nint)column * Stride) + row : ((nint)row * Stride) + column);
}

/// <summary>What is done to the finished sums while they are still in cache.</summary>
/// <param name="Bias">Address of one float a column, added; 0 for none.</param>
/// <param name="LeakySlope">Slope of a LeakyReLU below zero; 1 for no activation.</param>
internal readonly record struct GemmEpilogue(nint Bias, float LeakySlope)
{
    public static GemmEpilogue None => new(0, 1f);

    public bool IsNone => Bias == 0 && LeakySlope == 1f;
}

/// <summary>
/// Matrix product <c>C = op(A) op(B)</c> or <c>C += op(A) op(B)</c>, <c>op</c> being nothing or transposition; C is
/// <c>[m x n]</c>, the inner dimension k. Costs 2mnk flops.
/// </summary>
/// <remarks>
/// B is packed once for all workers, up to <see cref="WideColumns"/> columns and <see cref="PackedLength"/> elements at a time. A
/// worker takes a block of rows of C, which stays in its second-level cache until all of those steps are added to it; for every
/// <see cref="Depth"/> steps it packs its rows of A and multiplies them panel by panel of B, the panel staying in the first-level
/// cache. Every element of C is the sum of the same terms in the same order, whatever the tile, the worker or the neighboring
/// elements.
/// </remarks>
internal sealed unsafe class Gemm : IDisposable
{
    private const int Depth = 192;
    private const int WideColumns = 512;
    private const int PackedLength = 1 << 22;
    private const int BlockRows = 192;
    private const long MinShared = 1 << 18;
    private readonly WorkerTeam _team;
    private readonly SimdWidth _width;
    private readonly float* _packedA;
    private float* _packedB;
    private int _packedBLength;

    public Gemm(WorkerTeam team, SimdWidth width)
    {
        _team = team;
        _width = width;
        _packedA = NativeBlock.Allocate((long)team.Workers * Depth * BlockRows);
    }

    /// <summary>Flops of all products so far.</summary>
    public long Flops { get; private set; }

    public void Dispose()
    {
        NativeBlock.Free(_packedB);
        NativeBlock.Free(_packedA);
    }

    /// <summary>Multiplies.</summary>
    /// <param name="m">Rows of C.</param>
    /// <param name="n">Columns of C.</param>
    /// <param name="k">Inner dimension; 0 gives zeros (or leaves C, when accumulating).</param>
    /// <param name="a">Left operand, <c>[m x k]</c> as seen.</param>
    /// <param name="b">Right operand, <c>[k x n]</c> as seen.</param>
    /// <param name="c">Result.</param>
    /// <param name="stride">Floats between two rows of C.</param>
    /// <param name="accumulate">Whether to add to C.</param>
    /// <param name="epilogue">Bias and activation, applied after the last sum.</param>
    public void Multiply(
        int m, int n, int k, GemmOperand a, GemmOperand b, float* c, int stride, bool accumulate, GemmEpilogue epilogue)
    {
        Flops += 2L * m * n * k;
        switch (_width)
        {
            case SimdWidth.Bits512: Multiply<TallTile>(m, n, k, a, b, c, stride, accumulate, epilogue); break;
            case SimdWidth.Bits256: Multiply<ShortTile<Simd256, Vector256<float>>>(m, n, k, a, b, c, stride, accumulate, epilogue); break;
            case SimdWidth.Bits128: Multiply<ShortTile<Simd128, Vector128<float>>>(m, n, k, a, b, c, stride, accumulate, epilogue); break;
            default: Multiply<ShortTile<SimdScalar, float>>(m, n, k, a, b, c, stride, accumulate, epilogue); break;
        }
    }

    private void Multiply<TTile>(
        int m, int n, int k, GemmOperand a, GemmOperand b, float* c, int stride, bool accumulate, GemmEpilogue epilogue)
        where TTile : struct, ITile
    {
        bool shared = (long)m * n * k >= MinShared;
        int blockRows = RowsOfBlock<TTile>(m);
        for (int column = 0; column < n; column += WideColumns)
        {
            int columns = Math.Min(WideColumns, n - column);
            int padded = (columns + TTile.Columns - 1) / TTile.Columns * TTile.Columns;
            int maxSteps = PackedLength / padded / Depth * Depth;
            int first = 0;
            do
            {
                int steps = Math.Min(maxSteps, k - first);
                ReserveB(padded * steps);
                var pack = new PackB<TTile>(b, column, columns, padded, first, steps, _packedB);
                Run(pack.Parts, ref pack, shared);

                bool last = first + steps == k;
                var rows = new MultiplyRows<TTile>
                {
                    M = m,
                    A = a,
                    First = first,
                    Steps = steps,
                    PackedA = _packedA,
                    PackedB = _packedB,
                    Padded = padded,
                    C = c + column,
                    Stride = stride,
                    Columns = columns,
                    Add = accumulate || first > 0,
                    BlockRows = blockRows,
                    Epilogue = !last ? GemmEpilogue.None
                        : epilogue with { Bias = epilogue.Bias == 0 ? 0 : epilogue.Bias + (column * sizeof(float)) },
                };
                Run((m + blockRows - 1) / blockRows, ref rows, shared);
                first += steps;
            }
            while (first < k);
        }
    }

    // The number of rows, a whole number of tiles, with which the busiest worker has least to do.
    private int RowsOfBlock<TTile>(int m)
        where TTile : struct, ITile
    {
        int tiles = (m + TTile.Rows - 1) / TTile.Rows, best = 1, least = int.MaxValue;
        for (int size = BlockRows / TTile.Rows; size >= 1; size--)
        {
            int blocks = (tiles + size - 1) / size, busiest = (blocks + _team.Workers - 1) / _team.Workers * size;
            if (busiest < least) (best, least) = (size, busiest);
        }

        return best * TTile.Rows;
    }

    private void ReserveB(int length)
    {
        if (_packedBLength >= length) return;
        NativeBlock.Free(_packedB);
        _packedB = null; // stays so where there is not so much memory
        _packedBLength = 0;
        _packedB = NativeBlock.Allocate(length);
        _packedBLength = length;
    }

    private void Run<TWork>(int parts, ref TWork work, bool shared)
        where TWork : unmanaged, IDividedWork
    {
        if (shared)
            _team.Run(parts, ref work);
        else
            for (int part = 0; part < parts; part++) work.Execute(part, 0);
    }

    /// <summary>A tile's shape and loop for one vector width.</summary>
    private interface ITile
    {
        static abstract int Rows { get; }

        static abstract int Columns { get; }

        static abstract void Compute(int depth, float* a, float* b, float* tile, nint stride, bool add);

        static abstract void Finish(BiasActivation epilogue, int from, int to);
    }

    /// <summary>For the 32 registers of 512-bit machines.</summary>
    private readonly struct TallTile : ITile
    {
        public static int Rows => GemmTile.TallRows;

        public static int Columns => GemmTile.Vectors * Simd512.Width;

        public static void Compute(int depth, float* a, float* b, float* tile, nint stride, bool add) =>
            GemmTile.Tall<Simd512, Vector512<float>>(depth, a, b, tile, stride, add);

        public static void Finish(BiasActivation epilogue, int from, int to) => epilogue.Execute<Simd512, Vector512<float>>(from, to);
    }

    private readonly struct ShortTile<TSimd, TVector> : ITile
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        public static int Rows => GemmTile.ShortRows;

        public static int Columns => GemmTile.Vectors * TSimd.Width;

        public static void Compute(int depth, float* a, float* b, float* tile, nint stride, bool add) =>
            GemmTile.Short<TSimd, TVector>(depth, a, b, tile, stride, add);

        public static void Finish(BiasActivation epilogue, int from, int to) => epilogue.Execute<TSimd, TVector>(from, to);
    }

    /// <summary>
    /// Packs B, one panel of one block of <see cref="Depth"/> steps a part: blocks follow each other, and panels within a block.
    /// </summary>
    private readonly struct PackB<TTile>(GemmOperand b, int column, int columns, int padded, int first, int steps, float* packed)
        : IDividedWork
        where TTile : struct, ITile
    {
        public int Parts => (steps + Depth - 1) / Depth * Panels;

        private int Panels => padded / TTile.Columns;

        public void Execute(int part, int worker)
        {
            int step = part / Panels * Depth, line = part % Panels * TTile.Columns;
            int depth = Math.Min(Depth, steps - step), lines = Math.Min(TTile.Columns, columns - line);
            float* source = b.At(first + step, column + line), target = packed + ((nint)step * padded) + ((nint)line * depth);
            if (b.Transposed)
                GemmPacking.Contiguous(source, b.Stride, lines, depth, TTile.Columns, target);
            else
                GemmPacking.Adjacent(source, b.Stride, lines, depth, TTile.Columns, target);
        }
    }

    /// <summary>Multiplies one block of rows of A by all of the packed B a part.</summary>
    private struct MultiplyRows<TTile> : IDividedWork
        where TTile : struct, ITile
    {
        public int M, First, Steps, Stride, Columns, Padded, BlockRows;
        public GemmOperand A;
        public float* PackedA, PackedB, C;
        public bool Add;
        public GemmEpilogue Epilogue;

        public readonly void Execute(int part, int worker)
        {
            int first = part * BlockRows, rows = Math.Min(BlockRows, M - first);
            float* packed = PackedA + ((nint)worker * Depth * Gemm.BlockRows);
            int step = 0;
            do
            {
                int depth = Math.Min(Depth, Steps - step);
                if (A.Transposed)
                    GemmPacking.Adjacent(A.At(first, First + step), A.Stride, rows, depth, TTile.Rows, packed);
                else
                    GemmPacking.Contiguous(A.At(first, First + step), A.Stride, rows, depth, TTile.Rows, packed);
                MultiplyBlock(first, rows, depth, packed, PackedB + ((nint)step * Padded), Add || step > 0);
                step += depth;
            }
            while (step < Steps);

            if (!Epilogue.IsNone)
                TTile.Finish(new BiasActivation(C, Stride, Columns, (float*)Epilogue.Bias, Epilogue.LeakySlope, C), first, first + rows);
        }

        private readonly void MultiplyBlock(int first, int rows, int depth, float* a, float* b, bool add)
        {
            for (int column = 0; column < Columns; column += TTile.Columns)
            {
                for (int row = 0; row < rows; row += TTile.Rows)
                    Tile(a + ((nint)row * depth), b + ((nint)column * depth), depth, first + row, rows - row, column, add);
            }
        }

        private readonly void Tile(float* a, float* b, int depth, int row, int rows, int column, bool add)
        {
            float* target = C + ((nint)row * Stride) + column;
            int columns = Columns - column;
            if (rows >= TTile.Rows && columns >= TTile.Columns)
            {
                TTile.Compute(depth, a, b, target, Stride, add);
                return;
            }

            float* edge = stackalloc float[TTile.Rows * TTile.Columns];
            TTile.Compute(depth, a, b, edge, TTile.Columns, add: false);
            rows = Math.Min(rows, TTile.Rows);
            columns = Math.Min(columns, TTile.Columns);
            for (int r = 0; r < rows; r++, target += Stride, edge += TTile.Columns)
            {
                var sums = new ReadOnlySpan<float>(edge, columns);
                var into = new Span<float>(target, columns);
                if (!add) sums.CopyTo(into);
                else for (int c = 0; c < columns; c++) into[c] += sums[c];
            }
        }
    }
}
