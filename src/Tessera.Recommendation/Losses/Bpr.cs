using Tessera.Compute.Autograd;
using Tessera.Compute.Ops;

namespace Tessera.Recommendation.Losses;

/// <summary>Bayesian personalized ranking (Rendle et al., 2009) of triples of a user u, a positive item i and a negative item j.</summary>
public static class Bpr
{
    /// <summary><c>mean_r -log σ(u·i - u·j)</c> of rows of whole matrices, without copies of them.</summary>
    /// <param name="users">User matrix <c>[|U| x d]</c>.</param>
    /// <param name="items">Item matrix <c>[|I| x d]</c>.</param>
    /// <param name="user">Row of u in each triple, at least one.</param>
    /// <param name="positive">Row of i; as many.</param>
    /// <param name="negative">Row of j; as many. The memory must stay unchanged until the step ends.</param>
    public static Variable Loss(
        Tape tape, Variable users, Variable items, ReadOnlyMemory<int> user, ReadOnlyMemory<int> positive, ReadOnlyMemory<int> negative)
    {
        ArgumentNullException.ThrowIfNull(tape);
        return tape.MeanLogisticLoss(tape.DifferenceDots(users, items, user, positive, negative));
    }

    /// <summary>
    /// <c>mean_r -log σ(u_r·i_r - u_r·j_r)</c>, where row r of each matrix belongs to triple r; or guarded,
    /// <c>mean_r -log(1e-10 + σ(u_r·i_r - u_r·j_r))</c>, as RecBole and its descendants have it: at most 23.1, with a gradient that
    /// vanishes for a triple that is wrong by more.
    /// </summary>
    /// <param name="users">Vectors of users u, <c>[n x d]</c>.</param>
    /// <param name="positives">Vectors of positive items i, <c>[n x d]</c>.</param>
    /// <param name="negatives">Vectors of negative items j, <c>[n x d]</c>.</param>
    /// <param name="guarded">Whether 1e-10 is added under the logarithm.</param>
    public static Variable LossOfVectors(Tape tape, Variable users, Variable positives, Variable negatives, bool guarded = false)
    {
        ArgumentNullException.ThrowIfNull(tape);
        Variable differences = tape.RowDots(users, tape.Combine(1f, positives, -1f, negatives));
        Variable logarithms = guarded ? tape.GuardedLogSigmoid(differences) : tape.LogSigmoid(differences);
        return tape.Scale(-1f, tape.Mean(logarithms));
    }
}
