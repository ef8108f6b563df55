using Tessera.Compute.Autograd;
using Tessera.Compute.Ops;

namespace Tessera.Recommendation.Losses;

/// <summary>Pulls vectors towards the direction of others.</summary>
internal static class CosineLoss
{
    /// <summary>
    /// <c>mean_r 1 - cos(a_r, b_r)</c>, computed as <c>mean_r ½ ‖a_r/‖a_r‖ - b_r/‖b_r‖‖²</c>, which loses no digits where the
    /// vectors agree. A row of zeros counts ½ and gives no gradient to the other.
    /// </summary>
    /// <param name="a">Vectors a, <c>[n x d]</c>.</param>
    /// <param name="b">Vectors b, <c>[n x d]</c>.</param>
    public static Variable Of(Tape tape, Variable a, Variable b)
    {
        Variable difference = tape.Combine(1f, tape.NormalizeRows(a), -1f, tape.NormalizeRows(b));
        return tape.Scale(0.5f * a.Columns, tape.MeanSquare(difference));
    }
}
