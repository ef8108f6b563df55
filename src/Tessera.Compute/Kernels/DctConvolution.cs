namespace Tessera.Compute.Kernels;

/// <summary>
/// The Fourier transform of a large prime number of rows as a convolution: with <c>w(k) = e^(−πi k² / n)</c>,
/// <c>Z[k] = w(k) Σ_j (z[j] w(j)) conj(w(k − j))</c>, done by two transforms of a length of at least 2n − 1 whose factors
/// are 2, 3 and 5 (L. I. Bluestein, "A linear filtering approach to the computation of discrete Fourier transform", IEEE Trans. AU 18, 1970).
/// </summary>
internal sealed unsafe class DctConvolution
{
    private readonly int _length;
    private readonly DctFourier _fourier;
    private readonly float[] _chirp;
    private readonly float[] _filter;

    public DctConvolution(int length)
    {
        _length = length;
        _fourier = new DctFourier(ConvolutionLength((2 * length) - 1));
        (double Real, double Imaginary)[] chirp = Chirp(length);
        _chirp = new float[2 * length];
        for (int k = 0; k < length; k++)
            (_chirp[2 * k], _chirp[(2 * k) + 1]) = ((float)chirp[k].Real, (float)chirp[k].Imaginary);
        _filter = Filter(chirp, _fourier);
    }

    /// <summary>Rows of scratch that <see cref="Apply"/> needs.</summary>
    public int ScratchRows => 2 * _fourier.Length;

    /// <summary>Transforms, for each place below the stride, the rows from there at every stride, turned by their twiddle factors.</summary>
    public void Apply<TSimd, TVector>(float* rows, int stride, float* twiddles, float* scratch)
        where TSimd : ISimd<TVector>
        where TVector : unmanaged
    {
        float* second = scratch + ((nint)_fourier.Length * DctTile.Width);
        nint leg = (nint)stride * DctTile.Width;
        fixed (float* chirp = _chirp, filter = _filter)
        {
            for (int j = 0; j < stride; j++, rows += DctTile.Width, twiddles += 2 * (_length - 1))
            {
                LoadModulated<TSimd, TVector>(rows, leg, twiddles, chirp, scratch);
                _fourier.Transform<TSimd, TVector>(scratch, second);
                LoadFiltered<TSimd, TVector>(scratch, filter, second);
                _fourier.Transform<TSimd, TVector>(second, scratch);
                StoreDemodulated<TSimd, TVector>(second, chirp, rows, leg);
            }
        }
    }

    private void LoadModulated<TSimd, TVector>(float* rows, nint leg, float* twiddles, float* chirp, float* target)
        where TSimd : ISimd<TVector>
        where TVector : unmanaged
    {
        float* factor = stackalloc float[2];
        foreach (int index in _fourier.Order)
        {
            bool padding = index >= _length;
            if (!padding)
                Multiply(chirp + (2 * index), index == 0 ? null : twiddles + (2 * (index - 1)), factor);
            for (int lane = 0; lane < DctTile.Half; lane += TSimd.Width)
            {
                TVector real = TSimd.Zero, imaginary = TSimd.Zero;
                if (!padding)
                    DctButterfly<TSimd, TVector>.Load(rows + (index * leg) + lane, factor, out real, out imaginary);
                DctButterfly<TSimd, TVector>.Store(target + lane, real, imaginary);
            }

            target += DctTile.Width;
        }
    }

    private static void Multiply(float* left, float* right, float* product)
    {
        (float real, float imaginary) = right is null ? (1f, 0f) : (right[0], right[1]);
        product[0] = (left[0] * real) - (left[1] * imaginary);
        product[1] = (left[0] * imaginary) + (left[1] * real);
    }

    /// <summary>
    /// Multiplies the spectrum by the filter's and exchanges real and imaginary parts, so that the next transform is an inverse one.
    /// </summary>
    private void LoadFiltered<TSimd, TVector>(float* spectrum, float* filter, float* target)
        where TSimd : ISimd<TVector>
        where TVector : unmanaged
    {
        foreach (int index in _fourier.Order)
        {
            float* row = spectrum + ((nint)index * DctTile.Width);
            for (int lane = 0; lane < DctTile.Half; lane += TSimd.Width)
            {
                DctButterfly<TSimd, TVector>.Load(row + lane, filter + (2 * index), out TVector real, out TVector imaginary);
                DctButterfly<TSimd, TVector>.Store(target + lane, imaginary, real);
            }

            target += DctTile.Width;
        }
    }

    private void StoreDemodulated<TSimd, TVector>(float* source, float* chirp, float* rows, nint leg)
        where TSimd : ISimd<TVector>
        where TVector : unmanaged
    {
        for (int k = 0; k < _length; k++, chirp += 2, source += DctTile.Width, rows += leg)
        {
            TVector cosine = TSimd.Broadcast(chirp[0]), sine = TSimd.Broadcast(chirp[1]);
            for (int lane = 0; lane < DctTile.Half; lane += TSimd.Width)
            {
                TVector imaginary = TSimd.Load(source + lane), real = TSimd.Load(source + DctTile.Half + lane);
                DctButterfly<TSimd, TVector>.Store(
                    rows + lane,
                    TSimd.Subtract(TSimd.Multiply(cosine, real), TSimd.Multiply(sine, imaginary)),
                    TSimd.MultiplyAdd(cosine, imaginary, TSimd.Multiply(sine, real)));
            }
        }
    }

    private static (double Real, double Imaginary)[] Chirp(int length)
    {
        var chirp = new (double, double)[length];
        for (long k = 0; k < length; k++)
        {
            (double sine, double cosine) = Math.SinCos(Math.PI * (k * k % (2L * length)) / length);
            chirp[k] = (cosine, -sine);
        }

        return chirp;
    }

    /// <summary>Spectrum of <c>conj(w(|k|))</c>, wrapped around, divided by the transform's length.</summary>
    private static float[] Filter((double Real, double Imaginary)[] chirp, DctFourier fourier)
    {
        int length = fourier.Length;
        float[] tile = new float[DctTile.Floats(length)];
        for (int place = 0; place < length; place++)
        {
            int index = fourier.Order[place];
            int distance = Math.Min(index, length - index);
            if (distance >= chirp.Length)
                continue;
            tile[place * DctTile.Width] = (float)(chirp[distance].Real / length);
            tile[(place * DctTile.Width) + DctTile.Half] = (float)(-chirp[distance].Imaginary / length);
        }

        fixed (float* rows = tile)
            fourier.Transform<SimdScalar, float>(rows, null);
        float[] filter = new float[2 * length];
        for (int k = 0; k < length; k++)
            (filter[2 * k], filter[(2 * k) + 1]) = (tile[k * DctTile.Width], tile[(k * DctTile.Width) + DctTile.Half]);
        return filter;
    }

    private static int ConvolutionLength(int atLeast)
    {
        int length = atLeast;
        while (!IsSmooth(length))
            length++;
        return length;
    }

    private static bool IsSmooth(int length)
    {
        foreach (int factor in (ReadOnlySpan<int>)[2, 3, 5])
        {
            while (length % factor == 0)
                length /= factor;
        }

        return length == 1;
    }
}
