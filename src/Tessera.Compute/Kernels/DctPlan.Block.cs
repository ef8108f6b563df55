using System.Runtime.Intrinsics;

namespace Tessera.Compute.Kernels;

/// <content>The transform of one block of 32 columns.</content>
public sealed unsafe partial class DctPlan
{
    /// <summary>Sample that stands at each place of the Fourier transform's input: 0, 2, 4 … 5, 3, 1.</summary>
    private readonly int[] _samples;

    /// <summary>Sample that the Fourier transform's first stage wants at each place: <see cref="_samples"/> in its order.</summary>
    private readonly int[] _gather;

    /// <summary>For each k, <c>cos(πk/2n) / √2n</c> and <c>sin(πk/2n) / √2n</c>.</summary>
    private readonly float[] _rotations;

    /// <summary>Floats that <see cref="Transform"/> needs.</summary>
    internal int BlockScratchLength => DctTile.Floats(Length + _fourier.ScratchRows);

    private float FirstScale => (float)(1 / Math.Sqrt(Length));

    /// <summary>Transforms 32 columns; strides are the floats from one sample to the next. Source and target may be the same.</summary>
    internal void Transform(DctDirection direction, float* source, nint sourceStride, float* target, nint targetStride, float* scratch)
    {
        switch (_width)
        {
            case SimdWidth.Bits512:
                Transform<Simd512, Vector512<float>>(direction, source, sourceStride, target, targetStride, scratch);
                break;
            case SimdWidth.Bits256:
                Transform<Simd256, Vector256<float>>(direction, source, sourceStride, target, targetStride, scratch);
                break;
            case SimdWidth.Bits128:
                Transform<Simd128, Vector128<float>>(direction, source, sourceStride, target, targetStride, scratch);
                break;
            default:
                Transform<SimdScalar, float>(direction, source, sourceStride, target, targetStride, scratch);
                break;
        }
    }

    private void Transform<TSimd, TVector>(
        DctDirection direction, float* source, nint sourceStride, float* target, nint targetStride, float* scratch)
        where TSimd : ISimd<TVector>
        where TVector : unmanaged
    {
        float* rest = scratch + DctTile.Floats(Length);
        if (direction == DctDirection.Forward)
        {
            Gather<TSimd, TVector>(source, sourceStride, scratch);
            _fourier.Transform<TSimd, TVector>(scratch, rest);
            FromSpectrum<TSimd, TVector>(scratch, target, targetStride);
        }
        else
        {
            ToSpectrum<TSimd, TVector>(source, sourceStride, scratch);
            _fourier.Transform<TSimd, TVector>(scratch, rest);
            Scatter<TSimd, TVector>(scratch, target, targetStride);
        }
    }

    private void Gather<TSimd, TVector>(float* source, nint stride, float* work)
        where TSimd : ISimd<TVector>
        where TVector : unmanaged
    {
        foreach (int sample in _gather)
        {
            float* row = source + (sample * stride);
            for (int lane = 0; lane < DctTile.Width; lane += TSimd.Width)
                TSimd.Store(work + lane, TSimd.Load(row + lane));
            work += DctTile.Width;
        }
    }

    /// <summary>
    /// Splits the spectrum Z of a + ib into those of a and b by their symmetry, and turns each by its angle:
    /// <c>y[k] = s(k) Re(e^(−iπk/2n) A[k])</c>, where <c>A[n − k]</c> is the conjugate of <c>A[k]</c>.
    /// </summary>
    private void FromSpectrum<TSimd, TVector>(float* work, float* target, nint stride)
        where TSimd : ISimd<TVector>
        where TVector : unmanaged
    {
        TVector first = TSimd.Broadcast(FirstScale);
        for (int lane = 0; lane < DctTile.Width; lane += TSimd.Width)
            TSimd.Store(target + lane, TSimd.Multiply(first, TSimd.Load(work + lane)));
        for (int k = 1; k <= Length / 2; k++)
        {
            TVector cosine = TSimd.Broadcast(_rotations[2 * k]);
            TVector sine = TSimd.Broadcast(_rotations[(2 * k) + 1]);
            float* low = work + ((nint)k * DctTile.Width);
            float* high = work + ((nint)(Length - k) * DctTile.Width);
            float* lowTarget = target + (k * stride);
            float* highTarget = target + ((Length - k) * stride);
            for (int lane = 0; lane < DctTile.Half; lane += TSimd.Width)
            {
                int other = DctTile.Half + lane;
                TVector lowReal = TSimd.Load(low + lane), lowImaginary = TSimd.Load(low + other);
                TVector highReal = TSimd.Load(high + lane), highImaginary = TSimd.Load(high + other);
                TVector realA = TSimd.Add(lowReal, highReal), imaginaryA = TSimd.Subtract(lowImaginary, highImaginary);
                TVector realB = TSimd.Add(lowImaginary, highImaginary), imaginaryB = TSimd.Subtract(highReal, lowReal);
                Rotate<TSimd, TVector>(cosine, sine, realA, imaginaryA, lowTarget + lane, highTarget + lane);
                Rotate<TSimd, TVector>(cosine, sine, realB, imaginaryB, lowTarget + other, highTarget + other);
            }
        }
    }

    private static void Rotate<TSimd, TVector>(TVector cosine, TVector sine, TVector real, TVector imaginary, float* low, float* high)
        where TSimd : ISimd<TVector>
        where TVector : unmanaged
    {
        TSimd.Store(low, TSimd.MultiplyAdd(cosine, real, TSimd.Multiply(sine, imaginary)));
        TSimd.Store(high, TSimd.Subtract(TSimd.Multiply(sine, real), TSimd.Multiply(cosine, imaginary)));
    }

    /// <summary>
    /// Undoes <see cref="FromSpectrum"/>, in the order the Fourier transform wants, with real and imaginary parts
    /// exchanged: exchanged before and after, the forward Fourier transform is the inverse one.
    /// </summary>
    private void ToSpectrum<TSimd, TVector>(float* source, nint stride, float* work)
        where TSimd : ISimd<TVector>
        where TVector : unmanaged
    {
        TVector first = TSimd.Broadcast(FirstScale);
        foreach (int k in _fourier.Order)
        {
            TVector cosine = TSimd.Broadcast(_rotations[2 * k]);
            TVector sine = TSimd.Broadcast(_rotations[(2 * k) + 1]);
            float* low = source + (k * stride);
            float* high = source + ((Length - k) * stride);
            for (int lane = 0; lane < DctTile.Half; lane += TSimd.Width)
            {
                TVector a = TSimd.Load(low + lane), b = TSimd.Load(low + DctTile.Half + lane);
                if (k == 0)
                {
                    TSimd.Store(work + lane, TSimd.Multiply(first, b));
                    TSimd.Store(work + DctTile.Half + lane, TSimd.Multiply(first, a));
                    continue;
                }

                TVector mirroredA = TSimd.Load(high + lane), mirroredB = TSimd.Load(high + DctTile.Half + lane);
                TVector sum = TSimd.Add(a, mirroredB), difference = TSimd.Subtract(mirroredA, b);
                TVector real = TSimd.MultiplyAdd(cosine, sum, TSimd.Multiply(sine, difference));
                TVector imaginary = TSimd.Subtract(TSimd.Multiply(sine, sum), TSimd.Multiply(cosine, difference));
                TSimd.Store(work + lane, imaginary);
                TSimd.Store(work + DctTile.Half + lane, real);
            }

            work += DctTile.Width;
        }
    }

    private void Scatter<TSimd, TVector>(float* work, float* target, nint stride)
        where TSimd : ISimd<TVector>
        where TVector : unmanaged
    {
        foreach (int sample in _samples)
        {
            float* row = target + (sample * stride);
            for (int lane = 0; lane < DctTile.Half; lane += TSimd.Width)
            {
                TSimd.Store(row + lane, TSimd.Load(work + DctTile.Half + lane));
                TSimd.Store(row + DctTile.Half + lane, TSimd.Load(work + lane));
            }

            work += DctTile.Width;
        }
    }

    private static int[] SampleOrder(int length)
    {
        int[] order = new int[length];
        for (int place = 0; place < length; place++)
            order[place] = 2 * place < length ? 2 * place : (2 * (length - place)) - 1;
        return order;
    }

    private static float[] Rotations(int length)
    {
        float[] table = new float[2 * length];
        double scale = 1 / Math.Sqrt(2.0 * length);
        for (int k = 0; k < length; k++)
        {
            (double sine, double cosine) = Math.SinCos(Math.PI * k / (2.0 * length));
            table[2 * k] = (float)(scale * cosine);
            table[(2 * k) + 1] = (float)(scale * sine);
        }

        return table;
    }
}
