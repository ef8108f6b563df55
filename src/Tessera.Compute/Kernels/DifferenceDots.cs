namespace Tessera.Compute.Kernels;

/// <summary>
/// Dot products of chosen rows with differences of chosen rows, <c>d_r = a_{x_r} · (b_{y_r} - b_{z_r})</c>. Ranges are triples.
/// </summary>
internal readonly unsafe struct DifferenceDots(float* a, float* b, int columns, int* x, int* y, int* z, float* dots) : IKernel
{
    public void Execute<TSimd, TVector>(int from, int to)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        for (int r = from; r < to; r++)
        {
            float* left = a + ((nint)x[r] * columns), plus = b + ((nint)y[r] * columns), minus = b + ((nint)z[r] * columns);
            TVector sum = TSimd.Zero;
            int c = 0;
            for (; c + TSimd.Width <= columns; c += TSimd.Width)
                sum = TSimd.MultiplyAdd(TSimd.Load(left + c), TSimd.Subtract(TSimd.Load(plus + c), TSimd.Load(minus + c)), sum);
            float dot = TSimd.Sum(sum);
            for (; c < columns; c++) dot += left[c] * (plus[c] - minus[c]);
            dots[r] = dot;
        }
    }
}

/// <summary>
/// Gradients of <see cref="DifferenceDots"/>, added: <c>da_x += g (b_y - b_z)</c>, <c>db_y += g a_x</c>, <c>db_z -= g a_x</c>. Ranges
/// are columns, so that repeated rows never race and add in the order of the triples.
/// </summary>
internal readonly unsafe struct DifferenceDotsGradient(
    float* a, float* b, int columns, int* x, int* y, int* z, float* slopes, int count, float* aGradient, float* bGradient) : IKernel
{
    public void Execute<TSimd, TVector>(int from, int to)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        for (int r = 0; r < count; r++)
        {
            nint left = (nint)x[r] * columns, plus = (nint)y[r] * columns, minus = (nint)z[r] * columns;
            int c = from;
            for (; c + TSimd.Width <= to; c += TSimd.Width) Add<TSimd, TVector>(slopes[r], left + c, plus + c, minus + c);
            for (; c < to; c++) Add<SimdScalar, float>(slopes[r], left + c, plus + c, minus + c);
        }
    }

    private void Add<TSimd, TVector>(float slope, nint left, nint plus, nint minus)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        TVector g = TSimd.Broadcast(slope);
        if (aGradient is not null)
        {
            TVector difference = TSimd.Subtract(TSimd.Load(b + plus), TSimd.Load(b + minus));
            TSimd.Store(aGradient + left, TSimd.MultiplyAdd(g, difference, TSimd.Load(aGradient + left)));
        }

        if (bGradient is null) return;
        TVector factor = TSimd.Load(a + left);
        TSimd.Store(bGradient + plus, TSimd.MultiplyAdd(g, factor, TSimd.Load(bGradient + plus)));
        TSimd.Store(bGradient + minus, TSimd.Subtract(TSimd.Load(bGradient + minus), TSimd.Multiply(g, factor)));
    }
}
