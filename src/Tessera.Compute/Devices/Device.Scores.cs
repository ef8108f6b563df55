using Tessera.Compute.Tensors;

namespace Tessera.Compute.Devices;

// Sums over the scores of all pairs of rows, whose matrix is never held whole.
public abstract partial class Device
{
    /// <summary><c>y_r = log Σ_j exp(α q_r·k_j)</c>, <c>[queries x 1]</c>.</summary>
    /// <param name="queries">Q, <c>[n x d]</c>.</param>
    /// <param name="keys">K, <c>[m x d]</c>.</param>
    /// <param name="scale">α, above 0.</param>
    /// <param name="exceptOwn">Whether the sum for query r leaves key r out.</param>
    /// <param name="result">y; -∞ for an empty sum.</param>
    /// <param name="accumulate">Whether the sum is added to <c>exp(y)</c> inside the logarithm.</param>
    public abstract void LogSumScores(Matrix queries, Matrix keys, float scale, bool exceptOwn, Matrix result, bool accumulate = false);

    /// <summary>
    /// Adds the gradients of <see cref="LogSumScores"/>: with <c>P_rj = α exp(α q_r·k_j - y_r) dy_r</c>, <c>dQ += P K</c> and
    /// <c>dK += Pᵀ Q</c>; either target may be null.
    /// </summary>
    /// <param name="queries">Q, <c>[n x d]</c>.</param>
    /// <param name="keys">K, <c>[m x d]</c>.</param>
    /// <param name="scale">α, above 0.</param>
    /// <param name="exceptOwn">Whether the sum for query r leaves key r out.</param>
    /// <param name="output">y, after all that was accumulated in it.</param>
    /// <param name="outputGradient">dy.</param>
    /// <param name="queryResult">dQ.</param>
    /// <param name="keyResult">dK.</param>
    public abstract void LogSumScoresGradient(
        Matrix queries, Matrix keys, float scale, bool exceptOwn, Matrix output, Matrix outputGradient, Matrix? queryResult, Matrix? keyResult);
}
