namespace Tessera.Compute.Kernels;

/// <summary>
/// Scales the chunks of each row: the columns of x fall into <paramref name="chunks"/> equal chunks and chunk b of row r is
/// multiplied by <c>w_rb</c>. Ranges are rows.
/// </summary>
internal readonly unsafe struct ScaleChunks(float* x, int columns, float* weights, int chunks, float* y) : IKernel
{
    public void Execute<TSimd, TVector>(int from, int to)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        int width = columns / chunks;
        for (int row = from; row < to; row++)
        {
            for (int chunk = 0; chunk < chunks; chunk++)
            {
                nint offset = ((nint)row * columns) + (chunk * width);
                float weight = weights[((nint)row * chunks) + chunk];
                TVector weightVector = TSimd.Broadcast(weight);
                int c = 0;
                for (; c + TSimd.Width <= width; c += TSimd.Width)
                    TSimd.Store(y + offset + c, TSimd.Multiply(TSimd.Load(x + offset + c), weightVector));
                for (; c < width; c++) y[offset + c] = x[offset + c] * weight;
            }
        }
    }
}

/// <summary>
/// Gradient of <see cref="ScaleChunks"/>: <c>dx_b (+)= w_b dy_b</c> and <c>dw_b (+)= x_b · dy_b</c>. Ranges are rows.
/// </summary>
internal readonly unsafe struct ScaleChunksGradient(
    float* x, float* dy, int columns, float* weights, int chunks, float* dx, bool addX, float* dw, bool addW) : IKernel
{
    public void Execute<TSimd, TVector>(int from, int to)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        int width = columns / chunks;
        for (int row = from; row < to; row++)
        {
            for (int chunk = 0; chunk < chunks; chunk++)
            {
                nint offset = ((nint)row * columns) + (chunk * width), index = ((nint)row * chunks) + chunk;
                if (dw is not null)
                {
                    float along = Reduce.Dot<TSimd, TVector>(x + offset, dy + offset, width);
                    dw[index] = addW ? dw[index] + along : along;
                }

                if (dx is null) continue;
                TVector weight = TSimd.Broadcast(weights[index]);
                int c = 0;
                for (; c + TSimd.Width <= width; c += TSimd.Width)
                {
                    TVector value = TSimd.Multiply(TSimd.Load(dy + offset + c), weight);
                    TSimd.Store(dx + offset + c, addX ? TSimd.Add(TSimd.Load(dx + offset + c), value) : value);
                }

                for (; c < width; c++)
                    dx[offset + c] = addX ? dx[offset + c] + (dy[offset + c] * weights[index]) : dy[offset + c] * weights[index];
            }
        }
    }
}
