namespace Tessera.Compute.Kernels;

/// <summary>
/// L2-normalizes rows, <c>y = x / max(‖x‖, 1e-12)</c>, reading and writing a chunk of columns of wider matrices. Keeps the
/// norms for the gradient. Ranges are rows.
/// </summary>
internal readonly unsafe struct NormalizeRows(float* x, int xStride, int columns, float* y, int yStride, float* norms) : IKernel
{
    public const float MinNorm = 1e-12f;

    public void Execute<TSimd, TVector>(int from, int to)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        for (int row = from; row < to; row++)
        {
            float* source = x + ((nint)row * xStride), target = y + ((nint)row * yStride);
            float norm = MathF.Max(MathF.Sqrt(Reduce.Dot<TSimd, TVector>(source, source, columns)), MinNorm);
            norms[row] = norm;
            TVector norm4 = TSimd.Broadcast(norm);
            int c = 0;
            for (; c + TSimd.Width <= columns; c += TSimd.Width)
                TSimd.Store(target + c, TSimd.Divide(TSimd.Load(source + c), norm4));
            for (; c < columns; c++) target[c] = source[c] / norm;
        }
    }
}

/// <summary>
/// Gradient of <see cref="NormalizeRows"/>: <c>dx = (dy - y (y·dy)) / ‖x‖</c>, and <c>dy / 1e-12</c> for rows below the
/// smallest norm, where the divisor is constant.
/// </summary>
internal readonly unsafe struct NormalizeRowsGradient(
    float* y, float* dy, int yStride, int columns, float* norms, float* dx, int xStride, bool accumulate) : IKernel
{
    public void Execute<TSimd, TVector>(int from, int to)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        for (int row = from; row < to; row++)
        {
            float* output = y + ((nint)row * yStride), gradient = dy + ((nint)row * yStride), target = dx + ((nint)row * xStride);
            float norm = norms[row];
            float along = norm > NormalizeRows.MinNorm ? Reduce.Dot<TSimd, TVector>(output, gradient, columns) : 0f;
            TVector minusAlong = TSimd.Broadcast(-along), divisor = TSimd.Broadcast(norm);
            int c = 0;
            for (; c + TSimd.Width <= columns; c += TSimd.Width)
            {
                TVector across = TSimd.MultiplyAdd(minusAlong, TSimd.Load(output + c), TSimd.Load(gradient + c));
                TVector value = TSimd.Divide(across, divisor);
                TSimd.Store(target + c, accumulate ? TSimd.Add(TSimd.Load(target + c), value) : value);
            }

            for (; c < columns; c++)
            {
                float value = float.MultiplyAddEstimate(-along, output[c], gradient[c]) / norm;
                target[c] = accumulate ? target[c] + value : value;
            }
        }
    }
}

/// <summary>Copies or adds rows of a chunk of columns into a chunk of another matrix. Ranges are rows.</summary>
internal readonly unsafe struct CopyChunk(float* x, int xStride, int columns, float* y, int yStride, bool accumulate) : IKernel
{
    public void Execute<TSimd, TVector>(int from, int to)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        for (int row = from; row < to; row++)
        {
            float* source = x + ((nint)row * xStride), target = y + ((nint)row * yStride);
            int c = 0;
            for (; c + TSimd.Width <= columns; c += TSimd.Width)
            {
                TVector value = TSimd.Load(source + c);
                TSimd.Store(target + c, accumulate ? TSimd.Add(TSimd.Load(target + c), value) : value);
            }

            for (; c < columns; c++) target[c] = accumulate ? target[c] + source[c] : source[c];
        }
    }
}

/// <summary>Copies chosen rows: <c>y_r = x_{rows[r]}</c>. Ranges are rows of y.</summary>
internal readonly unsafe struct GatherRows(float* x, int columns, int* rows, float* y) : IKernel
{
    public void Execute<TSimd, TVector>(int from, int to)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        for (int row = from; row < to; row++)
        {
            float* source = x + ((nint)rows[row] * columns), target = y + ((nint)row * columns);
            new ReadOnlySpan<float>(source, columns).CopyTo(new Span<float>(target, columns));
        }
    }
}

/// <summary>
/// Adds rows to chosen rows: <c>y_{rows[r]} += α x_r</c>, in the order of r for every element. Ranges are columns, so that
/// repeated rows never race.
/// </summary>
internal readonly unsafe struct ScatterAddRows(float alpha, float* x, int columns, int* rows, int count, float* y) : IKernel
{
    public void Execute<TSimd, TVector>(int from, int to)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        TVector alphas = TSimd.Broadcast(alpha);
        for (int row = 0; row < count; row++)
        {
            float* source = x + ((nint)row * columns), target = y + ((nint)rows[row] * columns);
            int c = from;
            for (; c + TSimd.Width <= to; c += TSimd.Width)
                TSimd.Store(target + c, TSimd.MultiplyAdd(alphas, TSimd.Load(source + c), TSimd.Load(target + c)));
            for (; c < to; c++) target[c] = float.MultiplyAddEstimate(alpha, source[c], target[c]);
        }
    }
}

/// <summary>Softmax of each row, shifted by its largest element. Ranges are rows.</summary>
internal readonly unsafe struct SoftmaxRows(float* x, int columns, float* y) : IKernel
{
    public void Execute<TSimd, TVector>(int from, int to)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        for (int row = from; row < to; row++)
        {
            float* source = x + ((nint)row * columns), target = y + ((nint)row * columns);
            float largest = float.NegativeInfinity, sum = 0f;
            for (int c = 0; c < columns; c++) largest = MathF.Max(largest, source[c]);
            for (int c = 0; c < columns; c++) sum += target[c] = MathF.Exp(source[c] - largest);
            for (int c = 0; c < columns; c++) target[c] /= sum;
        }
    }
}

/// <summary>Gradient of <see cref="SoftmaxRows"/>: <c>dx = y ∘ (dy - y·dy)</c>. Ranges are rows.</summary>
internal readonly unsafe struct SoftmaxRowsGradient(float* y, float* dy, int columns, float* dx, bool accumulate) : IKernel
{
    public void Execute<TSimd, TVector>(int from, int to)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        for (int row = from; row < to; row++)
        {
            nint offset = (nint)row * columns;
            float along = Reduce.Dot<TSimd, TVector>(y + offset, dy + offset, columns);
            for (int c = 0; c < columns; c++)
            {
                float value = y[offset + c] * (dy[offset + c] - along);
                dx[offset + c] = accumulate ? dx[offset + c] + value : value;
            }
        }
    }
}
