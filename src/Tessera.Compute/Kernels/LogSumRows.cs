namespace Tessera.Compute.Kernels;

/// <summary>
/// Adds a block of scores to sums kept as logarithms, <c>y_r = log(exp(y_r) + Σ_c exp(α s_rc))</c>. Ranges are rows.
/// </summary>
/// <param name="scores">s, overwritten where left out.</param>
/// <param name="columns">Columns of the block.</param>
/// <param name="scale">α, above 0.</param>
/// <param name="own">Column left out of row 0; that of row r is r further. Outside the block, nothing is left out.</param>
/// <param name="sums">y, -∞ for nothing yet.</param>
internal readonly unsafe struct LogSumRows(float* scores, int columns, float scale, int own, float* sums) : IKernel
{
    public void Execute<TSimd, TVector>(int from, int to)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        for (int row = from; row < to; row++)
        {
            float* score = scores + ((nint)row * columns);
            long left = (long)own + row;
            if (left >= 0 && left < columns) score[left] = float.NegativeInfinity;
            float largest = MathF.Max(sums[row], scale * Largest<TSimd, TVector>(score));
            if (float.IsNegativeInfinity(largest)) continue;
            sums[row] = largest + MathF.Log(MathF.Exp(sums[row] - largest) + SumOfExponentials<TSimd, TVector>(score, largest));
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

    private float SumOfExponentials<TSimd, TVector>(float* score, float largest)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        TVector scales = TSimd.Broadcast(scale), shift = TSimd.Broadcast(-largest), sums = TSimd.Zero;
        int c = 0;
        for (; c + TSimd.Width <= columns; c += TSimd.Width)
            sums = TSimd.Add(sums, Exponential.Of<TSimd, TVector>(TSimd.MultiplyAdd(scales, TSimd.Load(score + c), shift)));
        float sum = TSimd.Sum(sums);
        for (; c < columns; c++) sum += Exponential.Of<SimdScalar, float>(float.MultiplyAddEstimate(scale, score[c], -largest));
        return sum;
    }
}

/// <summary>
/// Gradient of <see cref="LogSumRows"/> in place of the scores, <c>s_rc ← α exp(α s_rc - y_r) dy_r</c>, 0 where left out.
/// Ranges are rows.
/// </summary>
internal readonly unsafe struct LogSumRowsGradient(float* scores, int columns, float scale, int own, float* sums, float* slopes) : IKernel
{
    public void Execute<TSimd, TVector>(int from, int to)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        for (int row = from; row < to; row++)
        {
            float* score = scores + ((nint)row * columns);
            float slope = scale * slopes[row];
            TVector scales = TSimd.Broadcast(scale), shift = TSimd.Broadcast(-sums[row]), factor = TSimd.Broadcast(slope);
            int c = 0;
            for (; c + TSimd.Width <= columns; c += TSimd.Width)
            {
                TVector share = Exponential.Of<TSimd, TVector>(TSimd.MultiplyAdd(scales, TSimd.Load(score + c), shift));
                TSimd.Store(score + c, TSimd.Multiply(factor, share));
            }

            for (; c < columns; c++) score[c] = slope * Exponential.Of<SimdScalar, float>(float.MultiplyAddEstimate(scale, score[c], -sums[row]));
            long left = (long)own + row;
            if (left >= 0 && left < columns) score[left] = 0f;
        }
    }
}
