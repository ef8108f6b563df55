using Tessera.Compute.Tensors;

namespace Tessera.Compute.Devices;

// What decompositions need beyond float32.
public abstract partial class Device
{
    /// <summary>
    /// <c>G = XᵀX</c> in float64: the products of float32 numbers are exact in it, and each element is summed in the order of the
    /// rows. Costs rows·columns² flops.
    /// </summary>
    /// <param name="x"><c>[rows x columns]</c>.</param>
    /// <param name="result">G, <c>[columns x columns]</c> row by row, both halves.</param>
    public abstract void Gram(Matrix x, Span<double> result);
}
