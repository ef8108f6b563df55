namespace Tessera.Compute.Kernels;

/// <summary>
/// One stage of a mixed-radix Fourier transform: joins <see cref="Radix"/> transforms of the length <see cref="Stride"/>,
/// lying one after another, into one of the length <see cref="Length"/>, in place.
/// </summary>
internal sealed class DctStage
{
    /// <summary>Prime radices up to this are done by definition, in O(radix²); above it a convolution is faster.</summary>
    public const int MaxDirectRadix = 120;

    public DctStage(int radix, int stride)
    {
        Radix = radix;
        Stride = stride;
        Twiddles = MakeTwiddles(radix, stride);
        if (radix > MaxDirectRadix)
            Convolution = new DctConvolution(radix);
        else if (radix > 5)
            Roots = MakeRoots(radix);
    }

    public int Radix { get; }

    public int Stride { get; }

    public int Length => Radix * Stride;

    /// <summary>For each place j below the stride and each leg q from 1, <c>e^(−2πi jq / length)</c>: real, imaginary.</summary>
    public float[] Twiddles { get; }

    /// <summary>Cosine and sine of <c>2πk / radix</c> for each k, where the radix has no butterfly of its own.</summary>
    public float[] Roots { get; } = [];

    /// <summary>How a large prime radix is done.</summary>
    public DctConvolution? Convolution { get; }

    /// <summary>Rows of scratch the stage needs.</summary>
    public int ScratchRows => Convolution is not null ? Convolution.ScratchRows : Roots.Length > 0 ? Radix : 0;

    private static float[] MakeTwiddles(int radix, int stride)
    {
        float[] table = new float[2 * (radix - 1) * stride];
        int at = 0;
        for (int j = 0; j < stride; j++)
        {
            for (int leg = 1; leg < radix; leg++)
            {
                (double sine, double cosine) = Math.SinCos(2 * Math.PI * j * leg / ((double)radix * stride));
                table[at++] = (float)cosine;
                table[at++] = (float)-sine;
            }
        }

        return table;
    }

    private static float[] MakeRoots(int radix)
    {
        float[] table = new float[2 * radix];
        for (int k = 0; k < radix; k++)
        {
            (double sine, double cosine) = Math.SinCos(2 * Math.PI * k / radix);
            table[2 * k] = (float)cosine;
            table[(2 * k) + 1] = (float)sine;
        }

        return table;
    }
}
