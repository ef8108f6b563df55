using System.Runtime.CompilerServices;

namespace Tessera.Compute.Kernels;

/// <summary>
/// One Adam step (Kingma and Ba, 2015, algorithm 1): <c>m ← β1 m + (1-β1) g</c>,
/// <c>v ← β2 v + (1-β2) g²</c>, <c>p ← p - rate · m / (√v · rootScale + ε)</c>. Touches 28 bytes an element.
/// </summary>
/// <param name="p">Parameter.</param>
/// <param name="g">Gradient.</param>
/// <param name="m">First moment.</param>
/// <param name="v">Second moment.</param>
/// <param name="constants">The step's constants.</param>
internal readonly unsafe struct AdamUpdate(float* p, float* g, float* m, float* v, AdamConstants constants) : IElementwise
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void At<TSimd, TVector>(int i)
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
        TSimd.Store(m + i, first);
        TSimd.Store(v + i, second);
        TSimd.Store(p + i, TSimd.Subtract(parameter, TSimd.Divide(TSimd.Multiply(TSimd.Broadcast(constants.Rate), first), divisor)));
    }
}
