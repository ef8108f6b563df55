namespace Tessera.Compute.Kernels;

/// <summary>Dot products of the rows of two matrices, <c>y_r = a_r · b_r</c>. Ranges are rows.</summary>
internal readonly unsafe struct RowDots(float* a, float* b, int columns, float* y) : IKernel
{
    public void Execute<TSimd, TVector>(int from, int to)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        for (int row = from; row < to; row++)
        {
            nint offset = (nint)row * columns;
            y[row] = Reduce.Dot<TSimd, TVector>(a + offset, b + offset, columns);
        }
    }
}

/// <summary>Multiplies each row by its own factor, <c>y_r = f_r x_r</c>, or adds that. Ranges are rows.</summary>
internal readonly unsafe struct ScaleRows(float* x, int columns, float* factors, float* y, bool accumulate) : IKernel
{
    public void Execute<TSimd, TVector>(int from, int to)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        for (int row = from; row < to; row++)
        {
            nint offset = (nint)row * columns;
            new Elements<Scaling>(new Scaling(factors[row], x + offset, y + offset, accumulate)).Execute<TSimd, TVector>(0, columns);
        }
    }
}
