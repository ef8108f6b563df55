using Tessera.Compute.Random;

namespace Tessera.Compute.Kernels;

/// <summary>
/// Inverted dropout, <c>y_i = x_i / (1 - p)</c> or, with probability p, 0; or that added. Whether element i stays is a function
/// of the seed and i alone, so the gradient is the same loop and no mask is kept.
/// </summary>
internal readonly unsafe struct Dropout(float* x, float probability, ulong seed, float* y, bool accumulate) : IKernel
{
    public void Execute<TSimd, TVector>(int from, int to)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        float scale = 1f / (1f - probability);
        for (int i = from; i < to; i++)
        {
            float value = SplitMix64.At(seed, i) < probability ? 0f : scale * x[i];
            y[i] = accumulate ? y[i] + value : value;
        }
    }
}
