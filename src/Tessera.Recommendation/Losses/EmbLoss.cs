using Tessera.Compute.Autograd;

namespace Tessera.Recommendation.Losses;

/// <summary>The regularisation of embeddings that RecBole and its descendants call EmbLoss.</summary>
public static class EmbLoss
{
    /// <summary>
    /// <c>1/n Σ_k ‖E_k‖_F</c>: Frobenius norms, not squared, so that its pull on an embedding does not shrink with it.
    /// </summary>
    /// <param name="tape">The tape of the step.</param>
    /// <param name="divisor">n, 1 or more: rows of a batch, unless a model says otherwise.</param>
    /// <param name="embeddings">E_k.</param>
    public static Variable Of(Tape tape, int divisor, params ReadOnlySpan<Variable> embeddings)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentOutOfRangeException.ThrowIfLessThan(divisor, 1);
        ArgumentOutOfRangeException.ThrowIfZero(embeddings.Length, nameof(embeddings));
        Variable sum = tape.FrobeniusNorm(embeddings[0]);
        foreach (Variable embedding in embeddings[1..]) sum = tape.Add(sum, tape.FrobeniusNorm(embedding));
        return tape.Scale(1f / divisor, sum);
    }
}
