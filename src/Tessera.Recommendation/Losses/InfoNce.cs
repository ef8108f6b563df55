using Tessera.Compute.Autograd;
using Tessera.Compute.Ops;

namespace Tessera.Recommendation.Losses;

/// <summary>The contrastive loss of van den Oord et al. (2018): a vector should find its positive among others.</summary>
public static class InfoNce
{
    /// <summary>
    /// <c>Σ_r -log(exp(a_r·p_r/τ) / (Σ_j exp(a_r·k_j/τ) + Σ_{j≠r} exp(a_r·o_j/τ)))</c> over the anchors. The matrix of all scores is never
    /// held whole.
    /// </summary>
    /// <param name="anchors">a, <c>[n x d]</c>; of unit length where the scores are to be cosines.</param>
    /// <param name="positives">p, <c>[n x d]</c>.</param>
    /// <param name="keys">k, <c>[m x d]</c>, the positives among them.</param>
    /// <param name="temperature">τ, above 0.</param>
    /// <param name="others">o, <c>[n x d]</c>, of which anchor r leaves row r out; null for none.</param>
    public static Variable Sum(
        Tape tape, Variable anchors, Variable positives, Variable keys, float temperature, Variable? others = null)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        Variable denominators = tape.LogSumScores(anchors, keys, 1f / temperature, others);
        return tape.Combine(1f, denominators, -1f / temperature, tape.Sum(tape.RowDots(anchors, positives)));
    }

    /// <summary><see cref="Sum"/> over the number of anchors.</summary>
    /// <inheritdoc cref="Sum"/>
    public static Variable Mean(
        Tape tape, Variable anchors, Variable positives, Variable keys, float temperature, Variable? others = null)
    {
        ArgumentNullException.ThrowIfNull(anchors);
        return tape.Scale(1f / anchors.Rows, Sum(tape, anchors, positives, keys, temperature, others));
    }

    /// <summary>
    /// The mean where the positives need not be among the keys, which are a sample: <c>1/n Σ_r -log(exp(a_r·p_r/τ) / (exp(a_r·p_r/τ) +
    /// Σ_{j≠h_r} exp(a_r·k_j/τ)))</c>.
    /// </summary>
    /// <param name="anchors">a, <c>[n x d]</c>.</param>
    /// <param name="positives">p, <c>[n x d]</c>.</param>
    /// <param name="keys">k, <c>[m x d]</c>.</param>
    /// <param name="hits">h, the key that is an anchor's positive, so that it counts once; negative where none is.</param>
    /// <param name="temperature">τ, above 0.</param>
    internal static Variable SampledMean(
        Tape tape, Variable anchors, Variable positives, Variable keys, ReadOnlySpan<int> hits, float temperature)
    {
        Variable denominators = tape.LogSumSampledScores(anchors, positives, keys, hits, 1f / temperature);
        Variable numerators = tape.Sum(tape.RowDots(anchors, positives));
        return tape.Combine(1f / anchors.Rows, denominators, -1f / (anchors.Rows * temperature), numerators);
    }
}
