namespace Tessera.Compute.Kernels;

/// <summary>
/// The Fourier transform <c>Z[k] = Σ_j z[j] e^(−2πi jk / n)</c> of 16 complex columns at once, in place on a tile of n rows,
/// for any n: decimation in time with the radices 4, 2, 3, 5 and then whatever primes are left.
/// </summary>
internal sealed unsafe class DctFourier
{
    /// <summary>Rows of a tile that stay in the first-level cache; longer transforms are split before they are worked on.</summary>
    private const int CachedRows = 256;

    private readonly DctStage[] _stages;

    public DctFourier(int length)
    {
        Length = length;
        _stages = MakeStages(length);
        Order = new int[length];
        FillOrder(0, 0, 0, 1);
        ScratchRows = _stages.Length == 0 ? 0 : _stages.Max(stage => stage.ScratchRows);
    }

    /// <summary>Number of rows n.</summary>
    public int Length { get; }

    /// <summary>Index of the input row that <see cref="Transform"/> wants at each row of the tile; its output is in natural order.</summary>
    public int[] Order { get; }

    /// <summary>Rows of scratch that <see cref="Transform"/> needs.</summary>
    public int ScratchRows { get; }

    public void Transform<TSimd, TVector>(float* rows, float* scratch)
        where TSimd : ISimd<TVector>
        where TVector : unmanaged => TransformFrom<TSimd, TVector>(0, rows, Length, scratch);

    /// <summary>Transforms a block by the stages from <paramref name="first"/> on.</summary>
    private void TransformFrom<TSimd, TVector>(int first, float* rows, int length, float* scratch)
        where TSimd : ISimd<TVector>
        where TVector : unmanaged
    {
        if (length <= CachedRows)
        {
            for (int i = _stages.Length - 1; i >= first; i--)
                Apply<TSimd, TVector>(_stages[i], rows, length / _stages[i].Length, scratch);
            return;
        }

        DctStage stage = _stages[first];
        for (int leg = 0; leg < stage.Radix; leg++)
            TransformFrom<TSimd, TVector>(first + 1, rows + ((nint)leg * stage.Stride * DctTile.Width), stage.Stride, scratch);
        Apply<TSimd, TVector>(stage, rows, 1, scratch);
    }

    /// <summary>Applies a stage to blocks that lie one after another.</summary>
    private static void Apply<TSimd, TVector>(DctStage stage, float* rows, int blocks, float* scratch)
        where TSimd : ISimd<TVector>
        where TVector : unmanaged
    {
        nint blockLength = (nint)stage.Length * DctTile.Width;
        fixed (float* twiddles = stage.Twiddles, roots = stage.Roots)
        {
            for (int block = 0; block < blocks; block++, rows += blockLength)
            {
                switch (stage.Radix)
                {
                    case 2:
                        DctButterfly<TSimd, TVector>.Radix2(rows, stage.Stride, twiddles);
                        break;
                    case 3:
                        DctButterfly<TSimd, TVector>.Radix3(rows, stage.Stride, twiddles);
                        break;
                    case 4:
                        DctButterfly<TSimd, TVector>.Radix4(rows, stage.Stride, twiddles);
                        break;
                    case 5:
                        DctButterfly<TSimd, TVector>.Radix5(rows, stage.Stride, twiddles);
                        break;
                    case <= DctStage.MaxDirectRadix:
                        DctButterfly<TSimd, TVector>.Prime(rows, stage.Radix, stage.Stride, twiddles, roots, scratch);
                        break;
                    default:
                        stage.Convolution!.Apply<TSimd, TVector>(rows, stage.Stride, twiddles, scratch);
                        break;
                }
            }
        }
    }

    private static DctStage[] MakeStages(int length)
    {
        var stages = new List<DctStage>();
        foreach (int radix in Radices(length))
        {
            length /= radix;
            stages.Add(new DctStage(radix, length));
        }

        return [.. stages];
    }

    private static IEnumerable<int> Radices(int length)
    {
        for (; length % 4 == 0; length /= 4)
            yield return 4;
        for (int factor = 2; factor <= length / factor; factor++)
        {
            for (; length % factor == 0; length /= factor)
                yield return factor;
        }

        if (length > 1)
            yield return length;
    }

    private void FillOrder(int stage, int place, int index, int step)
    {
        if (stage == _stages.Length)
        {
            Order[place] = index;
            return;
        }

        for (int leg = 0; leg < _stages[stage].Radix; leg++)
            FillOrder(stage + 1, place + (leg * _stages[stage].Stride), index + (leg * step), step * _stages[stage].Radix);
    }
}
