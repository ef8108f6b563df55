namespace Tessera.Compute.Kernels;

/// <summary>
/// One Adam step on a range of elements (Kingma and Ba, 2015, algorithm 1): <c>m ← β1 m + (1-β1) g</c>,
/// <c>v ← β2 v + (1-β2) g²</c>, <c>p ← p - rate · m / (√v · rootScale + ε)</c>. Touches 28 bytes an element.
/// </summary>
/// <param name="p">Parameter.</param>
/// <param name="g">Gradient.</param>
/// <param name="m">First moment.</param>
/// <param name="v">Second moment.</param>
/// <param name="constants">The step's constants.</param>
internal readonly unsafe struct AdamUpdate(float* p, float* g, float* m, float* v, AdamConstants constants) : IKernel
{
    public void Execute<TSimd, TVector>(int from, int to)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        int i = from;
        for (; i + TSimd.Width <= to; i += TSimd.Width) Step<TSimd, TVector>(i);
        for (; i < to; i++) Step<SimdScalar, float>(i);
    }

    private void Step<TSimd, TVector>(int i)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
    {
        TVector parameter = TSimd.Load(p + i);
        TVector gradient = TSimd.MultiplyAdd(TSimd.Broadcast(constants.L2), parameter, TSimd.Load(g + i));
        TVector first = TSimd.MultiplyAdd(
            TSimd.Broadcast(1f - constants.Beta1), TSimd.Subtract(gradient, TSimd.Load(m + i)), TSimd.Load(m + i));
        TVector second = TSimd.MultiplyAdd(
            TSimd.Multiply(TSimd.Broadcast(1f - constants.Beta2), gradient),
            gradient,
            TSimd.Multiply(TSimd.Broadcast(constants.Beta2), TSimd.Load(v + i)));
        TVector divisor = TSimd.MultiplyAdd(
            TSimd.Sqrt(second), TSimd.Broadcast(constants.RootScale), TSimd.Broadcast(constants.Epsilon));
        TVector kept = TSimd.Multiply(parameter, TSimd.Broadcast(constants.Keep));
        TSimd.Store(m + i, first);
        TSimd.Store(v + i, second);
        TSimd.Store(p + i, TSimd.Subtract(kept, TSimd.Divide(TSimd.Multiply(TSimd.Broadcast(constants.Rate), first), divisor)));
    }
}
