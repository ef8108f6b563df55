using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Tessera.Compute.Kernels;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Devices;

/// <summary>
/// A few vectors side by side, a lane each, whose dot products with the rows of a matrix are taken block by block: the matrix is read once, as it lies,
/// for all lanes, and nothing of the size of its rows is held. For m lanes, rounded up to whole vectors, and n rows of d numbers: 2mnd flops and 4nd
/// bytes from memory, which one vector of lanes waits for and two no longer do.
/// </summary>
/// <remarks>
/// A dot product is the sum of its terms in their order, by <see cref="PanelTile.Depth"/> at a time: the same bits in any lane, beside any others, and as
/// <see cref="Device.MatMul"/> gives. A panel serves one caller at a time.
/// </remarks>
internal sealed unsafe class VectorPanel : IDisposable
{
    /// <summary>Rows of a block: a whole number of tiles and of 64-bit words.</summary>
    public const int BlockRows = 192;

    private const int TilesAhead = 2; // the hardware does not foresee six rows at once
    private readonly SimdWidth _width;
    private readonly int _columns;
    private readonly float* _panel;
    private readonly float* _scores;
    private readonly float* _maxima;
    private SimdWidth _used; // half of the widest vectors, which memory keeps up with, where there are few lanes
    private int _stride; // lanes of the panel as it is filled
    private bool _disposed;

    /// <param name="columns">d, the length of a vector.</param>
    public VectorPanel(int columns)
        : this(columns, SimdWidths.Widest)
    {
    }

    internal VectorPanel(int columns, SimdWidth width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        (_columns, _width, _used) = (columns, width, width);
        _panel = NativeBlock.Allocate((long)columns * Lanes);
        _scores = NativeBlock.Allocate((BlockRows + PanelTile.Rows) * Lanes);
        _maxima = NativeBlock.Allocate(Lanes);
    }

    /// <summary>Most vectors it takes: two registers' worth of numbers.</summary>
    public int Lanes => 2 * Vector(_width);

    /// <summary>Takes other vectors.</summary>
    /// <param name="vectors">1 to <see cref="Lanes"/> of them, <c>[d]</c> each.</param>
    public void Fill(ReadOnlySpan<float[]> vectors)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(vectors.Length, Lanes, nameof(vectors));
        _used = _width == SimdWidth.Bits512 && vectors.Length <= Vector(SimdWidth.Bits256) ? SimdWidth.Bits256 : _width;
        _stride = (vectors.Length > Vector(_used) ? 2 : 1) * Vector(_used);
        new Span<float>(_panel, _columns * _stride).Clear();
        for (int lane = 0; lane < vectors.Length; lane++)
        {
            float[] vector = vectors[lane];
            ArgumentOutOfRangeException.ThrowIfNotEqual(vector.Length, _columns, nameof(vectors));
            for (int d = 0; d < vector.Length; d++) _panel[(d * _stride) + lane] = vector[d];
        }
    }

    /// <summary>Multiplies some rows, at most <see cref="BlockRows"/>, with all lanes.</summary>
    public void Multiply(Matrix rows, int first, int count)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNotEqual(rows.Columns, _columns, nameof(rows));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, BlockRows);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)first + count, rows.Rows, nameof(first));
        float* start = rows.Data + ((nint)first * _columns);
        switch (_used)
        {
            case SimdWidth.Bits512: Multiply<Simd512, Vector512<float>>(start, count); break;
            case SimdWidth.Bits256: Multiply<Simd256, Vector256<float>>(start, count); break;
            case SimdWidth.Bits128: Multiply<Simd128, Vector128<float>>(start, count); break;
            default: Multiply<SimdScalar, float>(start, count); break;
        }
    }

    /// <summary>The highest of a lane's dot products in the block last multiplied.</summary>
    public float Maximum(int lane) => _maxima[lane];

    /// <summary>A lane's dot products of the block last multiplied.</summary>
    /// <param name="scores">As many as that had rows, or fewer.</param>
    public void CopyTo(int lane, Span<float> scores)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(scores.Length, BlockRows, nameof(scores));
        float* source = _scores + lane;
        for (int row = 0; row < scores.Length; row++, source += _stride) scores[row] = *source;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        NativeBlock.Free(_panel);
        NativeBlock.Free(_scores);
        NativeBlock.Free(_maxima);
    }

    private static int Vector(SimdWidth width) => (int)width / (8 * sizeof(float));

    private void Multiply<TSimd, TVector>(float* rows, int count)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        int tiled = count / PanelTile.Rows * PanelTile.Rows;
        for (int row = 0; row < tiled; row += PanelTile.Rows)
        {
            float* tile = rows + ((nint)row * _columns);
            Prefetch(tile + ((nint)TilesAhead * PanelTile.Rows * _columns), PanelTile.Rows * _columns);
            Tile<TSimd, TVector>(tile, _columns, row);
        }

        for (int row = tiled; row < count; row++) Tile<TSimd, TVector>(rows + ((nint)row * _columns), 0, row);
        for (int lane = 0; lane < _stride; lane += TSimd.Width)
        {
            TVector maximum = TSimd.Broadcast(float.NegativeInfinity);
            for (int row = 0; row < count; row++) maximum = TSimd.Max(TSimd.Load(_scores + ((nint)row * _stride) + lane), maximum); // NaN loses
            TSimd.Store(_maxima + lane, maximum);
        }
    }

    /// <summary>Asks for memory that is needed soon; what lies beyond the rows does no harm.</summary>
    private static void Prefetch(float* start, int count)
    {
        if (!Sse.IsSupported) return;
        for (int i = 0; i < count; i += 16) Sse.Prefetch0(start + i);
    }

    private void Tile<TSimd, TVector>(float* rows, nint stride, int row)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        float* tile = _scores + ((nint)row * _stride);
        for (int step = 0; step < _columns; step += PanelTile.Depth)
        {
            int depth = Math.Min(PanelTile.Depth, _columns - step);
            float* panel = _panel + ((nint)step * _stride);
            if (_stride == TSimd.Width) PanelTile.One<TSimd, TVector>(depth, rows + step, stride, panel, tile, step > 0);
            else PanelTile.Two<TSimd, TVector>(depth, rows + step, stride, panel, tile, step > 0);
        }
    }
}
