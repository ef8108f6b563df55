using Tessera.Compute.Tensors;

namespace Tessera.Compute.Devices;

// Sums over the scores of all pairs of rows, whose matrix is never held whole.
public abstract partial class Device
{
    /// <summary>
    /// <c>y_r = log(Σ_j exp(α q_r·k_j) + Σ_{j≠r} exp(α q_r·o_j))</c>, <c>[n x 1]</c>, and in the same pass the gradients of <c>Σ_r y_r</c>:
    /// with <c>P_rj = α exp(α q_r·k_j - y_r)</c> and R likewise for O without its diagonal, <c>dQ += P K + R O</c>, <c>dK += Pᵀ Q</c>,
    /// <c>dO += Rᵀ Q</c>. Costs <c>2n(m + n)d</c> flops for y, as many again for dQ, and as many for dK and dO together.
    /// </summary>
    /// <param name="queries">Q, <c>[n x d]</c>.</param>
    /// <param name="keys">K, <c>[m x d]</c>, m 1 or more.</param>
    /// <param name="others">O, <c>[n x d]</c>, of which query r leaves row r out; null for none. May be Q itself.</param>
    /// <param name="scale">α, above 0.</param>
    /// <param name="result">y.</param>
    /// <param name="queryGradient">dQ; null where it is not needed.</param>
    /// <param name="keyGradient">dK; null where it is not needed.</param>
    /// <param name="otherGradient">dO; null where it is not needed, or without O. May be dQ.</param>
    public abstract void LogSumScores(
        Matrix queries, Matrix keys, Matrix? others, float scale, Matrix result, Matrix? queryGradient, Matrix? keyGradient, Matrix? otherGradient);
}
