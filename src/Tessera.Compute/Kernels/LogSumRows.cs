namespace Tessera.Compute.Kernels;

/// <summary>
/// Turns scores into exponentials <c>e_rc = exp(α s_rc - max_c α s_rc)</c> in place, with their sums as logarithms,
/// <c>y_r = log Σ_c exp(α s_rc)</c>, and what makes slopes of them, <c>f_r = α / Σ_c e_rc</c>: <c>f_r e_rc</c> is the gradient of y_r in s_rc.
/// Ranges are rows.
/// </summary>
/// <param name="scores">s, then e: 0 where left out.</param>
/// <param name="columns">Columns of s.</param>
/// <param name="scale">α, above 0.</param>
/// <param name="own">Column left out of row 0; that of row r is r further. Outside the columns, nothing is left out.</param>
/// <param name="hits">The column left out of each row instead, negative for none; null where own says it.</param>
/// <param name="positives">A further score of each row, in place its exponential; null for none.</param>
/// <param name="sums">y.</param>
/// <param name="factors">f.</param>
internal readonly unsafe struct LogSumRows(float* scores, int columns, float scale, int own, int* hits, float* positives, float* sums, float* factors) : IKernel
{
    public void Execute<TSimd, TVector>(int from, int to)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        for (int row = from; row < to; row++)
        {
            float* score = scores + ((nint)row * columns);
            long left = hits is not null ? hits[row] : (long)own + row;
            bool without = left >= 0 && left < columns;
            if (without) score[left] = float.NegativeInfinity;
            float largest = Largest<TSimd, TVector>(score);
            if (positives is not null) largest = MathF.Max(largest, positives[row]);
            largest *= scale;
            float sum = Exponentials<TSimd, TVector>(score, largest);
            if (positives is not null) sum += positives[row] = MathF.Exp((scale * positives[row]) - largest);
            if (without) score[left] = 0f; // the exponential never gives less than e^-87
            sums[row] = largest + MathF.Log(sum);
            factors[row] = scale / sum;
        }
    }

    private float Largest<TSimd, TVector>(float* score)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        float largest = float.NegativeInfinity;
        int c = 0;
        if (columns >= TSimd.Width)
        {
            TVector vector = TSimd.Load(score);
            for (c = TSimd.Width; c + TSimd.Width <= columns; c += TSimd.Width) vector = TSimd.Max(vector, TSimd.Load(score + c));
            float* lanes = stackalloc float[TSimd.Width];
            TSimd.Store(lanes, vector);
            for (int lane = 0; lane < TSimd.Width; lane++) largest = MathF.Max(largest, lanes[lane]);
        }

        for (; c < columns; c++) largest = MathF.Max(largest, score[c]);
        return largest;
    }

    private float Exponentials<TSimd, TVector>(float* score, float largest)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        TVector scales = TSimd.Broadcast(scale), shift = TSimd.Broadcast(-largest), sums = TSimd.Zero;
        int c = 0;
        for (; c + TSimd.Width <= columns; c += TSimd.Width)
        {
            TVector power = Exponential.Of<TSimd, TVector>(TSimd.MultiplyAdd(scales, TSimd.Load(score + c), shift));
            TSimd.Store(score + c, power);
            sums = TSimd.Add(sums, power);
        }

        float sum = TSimd.Sum(sums);
        for (; c < columns; c++)
            sum += score[c] = Exponential.Of<SimdScalar, float>(float.MultiplyAddEstimate(scale, score[c], -largest));
        return sum;
    }
}
