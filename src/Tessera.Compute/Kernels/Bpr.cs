namespace Tessera.Compute.Kernels;

/// <summary>
/// Score differences of triples, <c>d_r = u · (i - j)</c>, u, i, j being rows of the user and item matrices. Ranges are triples.
/// </summary>
internal readonly unsafe struct BprDifferences(
    float* users, float* items, int columns, int* user, int* positive, int* negative, float* differences) : IKernel
{
    public void Execute<TSimd, TVector>(int from, int to)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        for (int r = from; r < to; r++)
        {
            float* u = users + ((nint)user[r] * columns);
            float* i = items + ((nint)positive[r] * columns), j = items + ((nint)negative[r] * columns);
            TVector sum = TSimd.Zero;
            int c = 0;
            for (; c + TSimd.Width <= columns; c += TSimd.Width)
                sum = TSimd.MultiplyAdd(TSimd.Load(u + c), TSimd.Subtract(TSimd.Load(i + c), TSimd.Load(j + c)), sum);
            float difference = TSimd.Sum(sum);
            for (; c < columns; c++) difference += u[c] * (i[c] - j[c]);
            differences[r] = difference;
        }
    }
}

/// <summary>
/// Gradients of <see cref="BprDifferences"/>, added: <c>du += g (i - j)</c>, <c>di += g u</c>, <c>dj -= g u</c>. Ranges are
/// columns, so that repeated users and items never race and add in the order of the triples.
/// </summary>
internal readonly unsafe struct BprGradient(
    float* users, float* items, int columns, int* user, int* positive, int* negative, float* slopes, int count,
    float* userGradient, float* itemGradient) : IKernel
{
    public void Execute<TSimd, TVector>(int from, int to)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        for (int r = 0; r < count; r++)
        {
            nint u = (nint)user[r] * columns, i = (nint)positive[r] * columns, j = (nint)negative[r] * columns;
            int c = from;
            for (; c + TSimd.Width <= to; c += TSimd.Width) Add<TSimd, TVector>(slopes[r], u + c, i + c, j + c);
            for (; c < to; c++) Add<SimdScalar, float>(slopes[r], u + c, i + c, j + c);
        }
    }

    private void Add<TSimd, TVector>(float slope, nint u, nint i, nint j)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        TVector g = TSimd.Broadcast(slope);
        if (userGradient is not null)
        {
            TVector difference = TSimd.Subtract(TSimd.Load(items + i), TSimd.Load(items + j));
            TSimd.Store(userGradient + u, TSimd.MultiplyAdd(g, difference, TSimd.Load(userGradient + u)));
        }

        if (itemGradient is null) return;
        TVector user = TSimd.Load(users + u);
        TSimd.Store(itemGradient + i, TSimd.MultiplyAdd(g, user, TSimd.Load(itemGradient + i)));
        TSimd.Store(itemGradient + j, TSimd.Subtract(TSimd.Load(itemGradient + j), TSimd.Multiply(g, user)));
    }
}
