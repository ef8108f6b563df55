namespace Tessera.Compute.Kernels;

/// <content>Transforms of an odd number of rows by definition, legs that mirror each other sharing their products.</content>
internal static unsafe partial class DctButterfly<TSimd, TVector>
{
    /// <param name="rows">First row of the block.</param>
    /// <param name="radix">Number of legs, odd.</param>
    /// <param name="stride">Rows from leg to leg.</param>
    /// <param name="twiddles">Factors for each place and leg.</param>
    /// <param name="roots">Cosine and sine of <c>2πk / radix</c>.</param>
    /// <param name="scratch">As many rows as there are legs.</param>
    public static void Prime(float* rows, int radix, int stride, float* twiddles, float* roots, float* scratch)
    {
        nint leg = (nint)stride * DctTile.Width;
        for (int j = 0; j < stride; j++, rows += DctTile.Width, twiddles += 2 * (radix - 1))
        {
            for (int lane = 0; lane < DctTile.Half; lane += TSimd.Width)
            {
                FoldLegs(rows + lane, leg, radix, twiddles, scratch + lane);
                for (int output = 1; output <= radix / 2; output++)
                    TransformPair(rows + lane, leg, radix, output, roots, scratch + lane);
            }
        }
    }

    /// <summary>
    /// Puts into the scratch rows leg 0, the sums of mirrored legs (rows 1, 2, …) and their differences (the mirrored rows),
    /// and into leg 0 the sum of all.
    /// </summary>
    private static void FoldLegs(float* rows, nint leg, int radix, float* twiddles, float* scratch)
    {
        Load(rows, out TVector totalR, out TVector totalI);
        Store(scratch, totalR, totalI);
        for (int k = 1; k <= radix / 2; k++)
        {
            int mirror = radix - k;
            Load(rows + (k * leg), twiddles + (2 * (k - 1)), out TVector lowR, out TVector lowI);
            Load(rows + (mirror * leg), twiddles + (2 * (mirror - 1)), out TVector highR, out TVector highI);
            TVector sumR = TSimd.Add(lowR, highR), sumI = TSimd.Add(lowI, highI);
            totalR = TSimd.Add(totalR, sumR);
            totalI = TSimd.Add(totalI, sumI);
            Store(scratch + (k * DctTile.Width), sumR, sumI);
            Store(scratch + (mirror * DctTile.Width), TSimd.Subtract(lowR, highR), TSimd.Subtract(lowI, highI));
        }

        Store(rows, totalR, totalI);
    }

    private static void TransformPair(float* rows, nint leg, int radix, int output, float* roots, float* scratch)
    {
        Load(scratch, out TVector evenR, out TVector evenI);
        TVector oddR = TSimd.Zero, oddI = TSimd.Zero;
        int angle = 0;
        float* sum = scratch;
        float* difference = scratch + (radix * DctTile.Width);
        for (int k = 1; k <= radix / 2; k++)
        {
            angle += output;
            if (angle >= radix)
                angle -= radix;
            sum += DctTile.Width;
            difference -= DctTile.Width;
            TVector cosine = TSimd.Broadcast(roots[2 * angle]), sine = TSimd.Broadcast(roots[(2 * angle) + 1]);
            evenR = TSimd.MultiplyAdd(cosine, TSimd.Load(sum), evenR);
            evenI = TSimd.MultiplyAdd(cosine, TSimd.Load(sum + DctTile.Half), evenI);
            oddR = TSimd.MultiplyAdd(sine, TSimd.Load(difference), oddR);
            oddI = TSimd.MultiplyAdd(sine, TSimd.Load(difference + DctTile.Half), oddI);
        }

        StorePair(rows + (output * leg), rows + ((radix - output) * leg), evenR, evenI, oddR, oddI);
    }
}
