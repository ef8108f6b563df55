using Tessera.Compute.Autograd;
using Tessera.Compute.Ops;

namespace Tessera.Recommendation.Losses;

/// <summary>The regularization of embeddings that RecBole and its descendants call EmbLoss.</summary>
public static class EmbLoss
{
    /// <summary>
    /// <c>1/n Σ_k ‖E_k‖_F</c> with Frobenius norms, whose pull on an embedding does not fade as it shrinks; or
    /// <c>1/n Σ_k ‖E_k‖_F²</c>, as most papers write it.
    /// </summary>
    /// <param name="divisor">n, 1 or more.</param>
    /// <param name="squared">Whether the norms are squared.</param>
    /// <param name="embeddings">E_k, at least one.</param>
    public static Variable Of(Tape tape, int divisor, bool squared, params ReadOnlySpan<Variable> embeddings)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentOutOfRangeException.ThrowIfLessThan(divisor, 1);
        ArgumentOutOfRangeException.ThrowIfZero(embeddings.Length, nameof(embeddings));
        Variable sum = Norm(tape, squared, embeddings[0]);
        foreach (Variable embedding in embeddings[1..]) sum = tape.Add(sum, Norm(tape, squared, embedding));
        return tape.Scale(1f / divisor, sum);
    }

    private static Variable Norm(Tape tape, bool squared, Variable embedding) =>
        squared ? tape.Scale(embedding.Value.Length, tape.MeanSquare(embedding)) : tape.FrobeniusNorm(embedding);
}
