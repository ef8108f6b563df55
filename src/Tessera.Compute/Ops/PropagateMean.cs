using Tessera.Compute.Autograd;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Ops;

public static partial class TapeOps
{
    /// <summary>
    /// Mean over layers of a linear graph convolution, <c>Z = 1/(L+1) Σ_{l=0..L} S^l X</c> (He et al., LightGCN, 2020), computed
    /// as <see cref="PropagateSum"/>.
    /// </summary>
    /// <param name="s">Square propagation matrix, constant.</param>
    /// <param name="x">X.</param>
    /// <param name="layers">L, 0 or more.</param>
    /// <remarks><c>dX = 1/(L+1) Σ_l (Sᵀ)^l dZ</c>, the same scheme.</remarks>
    public static Variable PropagateMean(this Tape tape, CsrMatrix s, Variable x, int layers) => tape.Propagate(s, x, layers, 1f / (layers + 1f));
}
