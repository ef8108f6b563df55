using Tessera.Compute.Random;

namespace Tessera.Compute.Kernels;

/// <summary>
/// <c>y_i = x_i - ln(-ln u_i)</c>: adds noise of the standard Gumbel distribution, u_i in (0, 1) being a function of the seed and i alone.
/// </summary>
internal readonly unsafe struct GumbelNoise(float* x, ulong seed, float* y) : IKernel
{
    // Numbers by position are multiples of 2^-24 from 0 on: half of one keeps them off both ends.
    private const double Half = 1.0 / (1 << 25);

    public void Execute<TSimd, TVector>(int from, int to)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        for (int i = from; i < to; i++) y[i] = x[i] - (float)Math.Log(-Math.Log(SplitMix64.At(seed, i) + Half));
    }
}
