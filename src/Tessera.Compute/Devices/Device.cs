using System.Runtime.CompilerServices;
using Tessera.Compute.Kernels;
using Tessera.Compute.Tensors;
using Tessera.Compute.Threads;

namespace Tessera.Compute.Devices;

/// <summary>
/// Where the numbers are crunched, on all cores of the processor with the widest vectors it has: the one seam between the operations
/// of the tape and the kernels.
/// </summary>
/// <remarks>
/// All methods check shapes and throw <see cref="ArgumentException"/> on a mismatch. Results are the same bits for any
/// number of threads. A device serves one caller at a time. "accumulate" adds to the result instead of overwriting it.
/// </remarks>
public sealed unsafe partial class Device : IDisposable
{
    private const int ElementsPerPart = 1 << 15;
    private const int ElementsAlone = 1 << 17; // some 20 μs of work, which a second thread on a busy machine sooner delays than shortens
    private readonly WorkerTeam _team;
    private readonly Gemm _gemm;
    private readonly SimdWidth _width;
    private readonly int _elementsAlone;
    private Matrix _partials = new(1, 64);
    private Matrix _scratch = new(1, 1);
    private bool _disposed;

    /// <summary>Starts the worker threads.</summary>
    /// <param name="threads">Number of threads, 1 to <see cref="MaxThreads"/>; 0 for one per core.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is out of its range.</exception>
    public Device(int threads = 0)
        : this(threads, SimdWidths.Widest)
    {
    }

    internal Device(int threads, SimdWidth width, int elementsAlone = ElementsAlone)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, MaxThreads);
        _width = width;
        _elementsAlone = elementsAlone;
        _team = new WorkerTeam(threads == 0 ? Environment.ProcessorCount : threads);
        _gemm = new Gemm(_team, width);
    }

    /// <summary>Most threads of a device: one per core, or 64 where the machine has fewer cores.</summary>
    public static int MaxThreads => Math.Max(64, Environment.ProcessorCount);

    /// <summary>Number of threads.</summary>
    public int Threads => _team.Workers;

    /// <summary>Flops of the dense matrix products done so far, 2mnk each; what they must cost is this over the product's rate.</summary>
    internal long DenseFlops => _gemm.Flops;

    /// <summary>Flops of the products with sparse matrices done so far, two for each entry and column.</summary>
    internal long SparseFlops { get; private set; }

    /// <summary>Ends the worker threads and frees scratch memory.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _team.Dispose();
        _gemm.Dispose();
        _partials.Dispose();
        _scratch.Dispose();
        _scores.Dispose();
        _scoredRows.Dispose();
        _scoreFactors.Dispose();
        _positiveScores.Dispose();
        _panel.Dispose();
    }

    private static void Require(bool condition, string expected)
    {
        if (!condition) throw new ArgumentException($"Shapes do not fit: expected {expected}.");
    }

    private static void Require(bool condition, [InterpolatedStringHandlerArgument(nameof(condition))] ref Expectation expected)
    {
        if (!condition) Require(condition, expected.ToStringAndClear());
    }

    private static void RequireSameShape(Matrix a, Matrix b) =>
        Require(a.Rows == b.Rows && a.Columns == b.Columns, "matrices of the same shape");

    private static void RequireIndices(ReadOnlySpan<int> indices, int limit)
    {
        foreach (int index in indices)
            if ((uint)index >= (uint)limit) throw new ArgumentOutOfRangeException(nameof(indices), $"Index {index} is outside 0..{limit - 1}.");
    }

    private static int Parts(int count, int size) => (int)(((long)count + size - 1) / size);

    private static void Reserve(ref Matrix matrix, int rows, int columns)
    {
        if (matrix.Length >= (long)rows * columns) return;
        matrix.Dispose();
        matrix = new Matrix(0, 0); // stays where there is not so much memory
        matrix = new Matrix(rows, columns);
    }

    /// <summary>
    /// Runs a kernel over 0..count in parts of a size that does not depend on the number of threads; a small one whole, on the caller's.
    /// </summary>
    /// <param name="count">Number of elements, rows or columns the kernel ranges over.</param>
    /// <param name="elementsEach">How many floats each stands for.</param>
    /// <param name="kernel">The loop.</param>
    /// <param name="least">Least size of a part.</param>
    private void Run<TKernel>(int count, int elementsEach, TKernel kernel, int least = 1)
        where TKernel : unmanaged, IKernel
    {
        bool alone = (long)count * elementsEach <= _elementsAlone;
        int size = Math.Max(least, alone ? count : ElementsPerPart / Math.Max(1, elementsEach));
        var ranges = new Ranges<TKernel>(kernel, count, size, _width);
        _team.Run(Parts(count, size), ref ranges);
    }

    private void RunElements<TStep>(int count, TStep step)
        where TStep : unmanaged, IElementwise => Run(count, 1, new Elements<TStep>(step));

    private readonly struct Ranges<TKernel>(TKernel kernel, int count, int size, SimdWidth width) : IDividedWork
        where TKernel : unmanaged, IKernel
    {
        public void Execute(int part, int worker)
        {
            int from = part * size, to = from + Math.Min(size, count - from);
            switch (width)
            {
                case SimdWidth.Bits512: kernel.Execute<Simd512, System.Runtime.Intrinsics.Vector512<float>>(from, to); break;
                case SimdWidth.Bits256: kernel.Execute<Simd256, System.Runtime.Intrinsics.Vector256<float>>(from, to); break;
                case SimdWidth.Bits128: kernel.Execute<Simd128, System.Runtime.Intrinsics.Vector128<float>>(from, to); break;
                default: kernel.Execute<SimdScalar, float>(from, to); break;
            }
        }
    }
}
