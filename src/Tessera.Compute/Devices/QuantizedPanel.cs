using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Tessera.Compute.Kernels;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Devices;

/// <summary>
/// A few vectors side by side, a lane each, which finds of <see cref="QuantizedRows"/> those whose dot products with a lane may be above its threshold: all
/// that are, and some more. For whole numbers c and d with scales s and t that stand for v and q,
/// <c>|q·v - st c·d| ≤ ‖q‖ ‖v - sc‖ + ‖q - td‖ ‖sc‖</c>, and what rounding takes from q·v as <see cref="VectorPanel"/> gives it counts in.
/// </summary>
/// <remarks>For m lanes, rounded up to whole vectors, and n rows of d numbers: 2mnd operations on bytes and nd bytes from memory. A panel serves one caller at a time.</remarks>
internal sealed unsafe class QuantizedPanel : IDisposable
{
    /// <summary>Most vectors it takes.</summary>
    public const int Lanes = 32;

    /// <summary>Most rows of a block, a whole number of tiles.</summary>
    public const int BlockRows = 192;

    private const int FirstRows = 24;
    private const int FewLanes = 4; // take less one by one than side by side with empty lanes
    private const int Most = 63; // of a lane's numbers, which are stored 64 higher, as bytes without sign
    private const int Offset = 64;
    private const int TilesAhead = 4;
    private readonly int _columns, _steps, _stride;
    private readonly byte* _panel; // [groups of lanes x 2 steps x lanes of a group x 4]
    private readonly byte* _few; // [few lanes x stride]
    private readonly int* _tile;
    private readonly float* _scales, _lengths, _errors, _thresholds;
    private readonly LaneRow[] _candidates = new LaneRow[Lanes * BlockRows];
    private readonly float[] _work;
    private readonly sbyte[] _codes;
    private readonly bool _isWide;
    private int _groups, _lanes, _found;
    private bool _disposed;

    /// <param name="columns">d, the length of a vector.</param>
    /// <param name="isWide">Whether to take vectors of 64 bytes, which the machine must have.</param>
    public QuantizedPanel(int columns, bool isWide)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        (_columns, _isWide) = (columns, isWide);
        _steps = (columns + QuantizedTile.Step - 1) / QuantizedTile.Step;
        _stride = QuantizedRows.StrideOf(columns);
        (_work, _codes) = (new float[columns], new sbyte[columns]);
        _few = (byte*)NativeMemory.AlignedAlloc((nuint)(FewLanes * _stride), 64);
        _panel = (byte*)NativeMemory.AlignedAlloc((nuint)(_steps * QuantizedTile.Step * Lanes), 64);
        _tile = (int*)NativeMemory.AlignedAlloc(QuantizedTile.Rows * Lanes * sizeof(int), 64);
        _scales = (float*)NativeMemory.AlignedAlloc(4 * Lanes * sizeof(float), 64); // and behind it the others
        _lengths = _scales + Lanes;
        _errors = _lengths + Lanes;
        _thresholds = _errors + Lanes;
    }

    /// <summary>A panel for this machine's widest vectors.</summary>
    public QuantizedPanel(int columns)
        : this(columns, Avx512BW.IsSupported)
    {
    }

    private int GroupLanes => _isWide ? Bytes512.Lanes : Bytes256.Lanes;

    /// <summary>Takes other vectors.</summary>
    /// <param name="vectors"><c>[m x d]</c>, m from 1 to <see cref="Lanes"/>.</param>
    public void Fill(Matrix vectors)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(vectors.Rows, Lanes, nameof(vectors));
        ArgumentOutOfRangeException.ThrowIfNotEqual(vectors.Columns, _columns, nameof(vectors));
        (_lanes, _groups) = (vectors.Rows, (vectors.Rows + GroupLanes - 1) / GroupLanes);
        new Span<byte>(_panel, _steps * QuantizedTile.Step * Lanes).Fill(Offset);
        new Span<byte>(_few, FewLanes * _stride).Fill(Offset);
        new Span<float>(_scales, 3 * Lanes).Clear();
        for (int lane = 0; lane < vectors.Rows; lane++)
        {
            QuantizedRow row = QuantizedRows.Quantize(vectors.Row(lane), Most, _work, _codes);
            float rounding = (_columns + 16) / (float)(1 << 23); // of a dot product, by the lengths of what it is of
            (_scales[lane], _lengths[lane], _errors[lane]) = (row.Scale, row.Length, row.Error + (rounding * row.Length));
            byte* group = _panel + (lane / GroupLanes * _steps * QuantizedTile.Step * GroupLanes) + (4 * (lane % GroupLanes));
            for (int d = 0; d < _columns; d++)
            {
                byte number = (byte)(_codes[d] + Offset);
                group[(d / 4 * 4 * GroupLanes) + (d % 4)] = number;
                if (lane < FewLanes) _few[(lane * _stride) + d] = number;
            }
        }
    }

    /// <summary>Rows of the block to look through next: as many as before it, so that the first ones, which are all candidates, are few.</summary>
    public static int RowsFrom(int first, int rows) => Math.Min(Math.Clamp(first, FirstRows, BlockRows), rows - first);

    /// <summary>Whether so many rows of a block are candidates, though some blocks came before it, that computing all dot products costs less.</summary>
    public static bool FindsTooMany(int candidates, int lanes, int first, int rows) => first >= 8 * BlockRows && candidates > lanes * rows / 8;

    /// <summary>Finds the candidates of each lane among some rows, at most <see cref="BlockRows"/>.</summary>
    /// <param name="thresholds">One a lane that was filled.</param>
    /// <returns>The candidates, each lane's in the order of their rows; good until the next call, and the caller's to change until then.</returns>
    public Span<LaneRow> Find(QuantizedRows rows, int first, int count, ReadOnlySpan<float> thresholds)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNotEqual(rows.Columns, _columns, nameof(rows));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, BlockRows);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)first + count, rows.Count, nameof(first));
        ArgumentOutOfRangeException.ThrowIfNotEqual(thresholds.Length, _lanes, nameof(thresholds));
        new Span<float>(_thresholds, Lanes).Fill(float.PositiveInfinity);
        thresholds.CopyTo(new Span<float>(_thresholds, Lanes));
        _found = 0;
        if (_lanes <= FewLanes) FindFew(rows, first, count);
        else if (_isWide) Find<Bytes512, Vector512<byte>>(rows, first, count);
        else Find<Bytes256, Vector256<byte>>(rows, first, count);
        return _candidates.AsSpan(0, _found);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        NativeMemory.AlignedFree(_panel);
        NativeMemory.AlignedFree(_few);
        NativeMemory.AlignedFree(_tile);
        NativeMemory.AlignedFree(_scales);
    }

    private void Find<TSimd, TVector>(QuantizedRows rows, int first, int count)
        where TSimd : struct, IByteSimd<TVector>
        where TVector : unmanaged
    {
        fixed (sbyte* codes = rows.Codes)
        {
            int tiled = count / QuantizedTile.Rows * QuantizedTile.Rows;
            for (int row = first; row < first + tiled; row += QuantizedTile.Rows)
            {
                sbyte* tile = codes + ((nint)row * rows.Stride);
                Prefetch(tile + ((nint)TilesAhead * QuantizedTile.Rows * rows.Stride), QuantizedTile.Rows * rows.Stride);
                Find<TSimd, TVector>(rows, row, QuantizedTile.Rows, tile, rows.Stride);
            }

            for (int row = first + tiled; row < first + count; row++) Find<TSimd, TVector>(rows, row, 1, codes + ((nint)row * rows.Stride), 0);
        }
    }

    private void Find<TSimd, TVector>(QuantizedRows rows, int first, int count, sbyte* codes, nint stride)
        where TSimd : struct, IByteSimd<TVector>
        where TVector : unmanaged
    {
        for (int lanes = 0; lanes < _groups * TSimd.Lanes; lanes += TSimd.Lanes)
        {
            uint filled = lanes + TSimd.Lanes <= _lanes ? uint.MaxValue : (1u << (_lanes - lanes)) - 1; // an empty lane is no candidate, not even of NaN
            QuantizedTile.Multiply<TSimd, TVector>(_steps, codes, stride, _panel + ((nint)lanes * _steps * QuantizedTile.Step), _tile);
            for (int row = 0; row < count; row++)
            {
                uint bits = TSimd.MayExceed(
                    _tile + (row * TSimd.Lanes), in rows.Bounds[first + row], _scales + lanes, _lengths + lanes, _errors + lanes, _thresholds + lanes) & filled;
                for (; bits != 0; bits &= bits - 1) _candidates[_found++] = new LaneRow(lanes + BitOperations.TrailingZeroCount(bits), first + row);
            }
        }
    }

    private void FindFew(QuantizedRows rows, int first, int count)
    {
        fixed (sbyte* codes = rows.Codes)
        {
            for (int row = first; row < first + count;)
            {
                int some = first + count - row < QuantizedDots.Rows ? 1 : QuantizedDots.Rows;
                sbyte* start = codes + ((nint)row * rows.Stride);
                Prefetch(start + ((nint)TilesAhead * QuantizedDots.Rows * rows.Stride), QuantizedDots.Rows * rows.Stride);
                for (int lane = 0; lane < _lanes; lane++)
                {
                    QuantizedDots.Multiply(_stride / QuantizedDots.Step, start, some == 1 ? 0 : rows.Stride, _few + (lane * _stride), _tile);
                    for (int n = 0; n < some; n++)
                        if (MayExceed(_tile[n], in rows.Bounds[row + n], lane)) _candidates[_found++] = new LaneRow(lane, row + n);
                }

                row += some;
            }
        }
    }

    /// <summary>As <see cref="IByteSimd{TVector}.MayExceed"/>, of a lane.</summary>
    private bool MayExceed(int sum, in QuantizedRow row, int lane)
    {
        float margin = (row.Error * _lengths[lane]) + (row.Length * _errors[lane]);
        return !(((sum - row.Shift) * _scales[lane] * row.Scale) + margin <= _thresholds[lane]);
    }

    private static void Prefetch(sbyte* start, int count)
    {
        for (int i = 0; i < count; i += 64) Sse.Prefetch0(start + i);
    }
}
