namespace Tessera.Compute.Kernels;

/// <summary>Dot products along the entries of a sparse pattern, <c>y_e = a_row(e) · b_column(e)</c>, or added. Ranges are rows.</summary>
internal readonly unsafe struct EdgeDots(int* rowStarts, int* indices, float* a, float* b, int columns, float* y, bool accumulate) : IKernel
{
    public void Execute<TSimd, TVector>(int from, int to)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        for (int row = from; row < to; row++)
        {
            for (int e = rowStarts[row]; e < rowStarts[row + 1]; e++)
            {
                float dot = Reduce.Dot<TSimd, TVector>(a + ((nint)row * columns), b + ((nint)indices[e] * columns), columns);
                y[e] = accumulate ? y[e] + dot : dot;
            }
        }
    }
}

/// <summary>Softmax over the entries of each row of a sparse pattern. Ranges are rows.</summary>
internal readonly unsafe struct SegmentSoftmax(int* rowStarts, float* x, float* y) : IKernel
{
    public void Execute<TSimd, TVector>(int from, int to)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        for (int row = from; row < to; row++)
        {
            int first = rowStarts[row];
            new SoftmaxRows(x + first, rowStarts[row + 1] - first, y + first).Execute<TSimd, TVector>(0, 1);
        }
    }
}

/// <summary>Gradient of <see cref="SegmentSoftmax"/>: <c>dx = y ∘ (dy - y·dy)</c> within each row. Ranges are rows.</summary>
internal readonly unsafe struct SegmentSoftmaxGradient(int* rowStarts, float* y, float* dy, float* dx, bool accumulate) : IKernel
{
    public void Execute<TSimd, TVector>(int from, int to)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        for (int row = from; row < to; row++)
        {
            int first = rowStarts[row];
            new SoftmaxRowsGradient(y + first, dy + first, rowStarts[row + 1] - first, dx + first, accumulate).Execute<TSimd, TVector>(0, 1);
        }
    }
}
