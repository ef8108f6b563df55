namespace Tessera.Compute.Kernels;

/// <summary>A loop over a range of independent elements, rows or columns, written once for all vector widths.</summary>
internal interface IKernel
{
    /// <summary>Does the elements <paramref name="from"/> up to, not including, <paramref name="to"/>.</summary>
    void Execute<TSimd, TVector>(int from, int to)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged;
}
