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
                var scaling = new Scaling(weights[((nint)row * chunks) + chunk], x + offset, y + offset, accumulate: false);
                new Elements<Scaling>(scaling).Execute<TSimd, TVector>(0, width);
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
                new Elements<Scaling>(new Scaling(weights[index], dy + offset, dx + offset, addX)).Execute<TSimd, TVector>(0, width);
            }
        }
    }
}
