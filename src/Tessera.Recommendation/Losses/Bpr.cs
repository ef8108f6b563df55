using Tessera.Compute.Autograd;
using Tessera.Compute.Kernels;
using Tessera.Compute.Ops;

namespace Tessera.Recommendation.Losses;

/// <summary>
/// Bayesian personalized ranking (Rendle et al., 2009) of triples given by their vectors: row r of each matrix belongs to triple r.
/// </summary>
/// <remarks>Where the vectors are rows of whole user and item matrices, <see cref="TapeOps.BprLoss"/> needs no copies of them.</remarks>
public static class Bpr
{
    /// <summary>
    /// <c>mean_r -log σ(u_r·i_r - u_r·j_r)</c>; or guarded, <c>mean_r -log(1e-10 + σ(u_r·i_r - u_r·j_r))</c>, as RecBole and its
    /// descendants have it: at most 23.1, with a gradient that vanishes for a triple that is wrong by more.
    /// </summary>
    /// <param name="tape">The tape of the step.</param>
    /// <param name="users">Vectors of users u, <c>[n x d]</c>.</param>
    /// <param name="positives">Vectors of positive items i, <c>[n x d]</c>.</param>
    /// <param name="negatives">Vectors of negative items j, <c>[n x d]</c>.</param>
    /// <param name="guarded">Whether 1e-10 is added under the logarithm.</param>
    public static Variable Loss(Tape tape, Variable users, Variable positives, Variable negatives, bool guarded = false)
    {
        ArgumentNullException.ThrowIfNull(tape);
        Variable differences = tape.RowDots(users, tape.Combine(1f, positives, -1f, negatives));
        Variable logarithms = tape.Map(guarded ? UnaryFunction.GuardedLogSigmoid : UnaryFunction.LogSigmoid, differences);
        return tape.Scale(-1f, tape.Mean(logarithms));
    }
}
