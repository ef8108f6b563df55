namespace Tessera.Studies.Statistics;

/// <summary>
/// The signed-rank test (Wilcoxon, 1945) of whether two models differ over the same users, whatever the size of the differences: normal approximation,
/// corrected for ties, without correction for continuity. Differences of 0 are ranked with the others and then left out (Pratt, 1959).
/// </summary>
/// <param name="Positive">Sum of the ranks of the differences above 0.</param>
/// <param name="Negative">Sum of the ranks of those below 0.</param>
/// <param name="Z">How far the former lies from its mean, in deviations.</param>
/// <param name="Count">Number of users.</param>
internal sealed record WilcoxonSignedRank(double Positive, double Negative, double Z, int Count)
{
    private const int Digits = 12; // means over seeds that should be equal differ in their last bits

    /// <summary>Two-sided p-value; 1 where all differences are 0.</summary>
    public double PValue => NormalTail.TwoSided(Z);

    /// <summary>Matched-pairs rank-biserial correlation (Kerby, 2014), -1 to 1: the share of ranks for the difference less that against it.</summary>
    public double RankBiserial => Positive + Negative == 0 ? 0 : (Positive - Negative) / (Positive + Negative);

    /// <summary>Compares.</summary>
    /// <param name="differences">One difference a user, at least one.</param>
    public static WilcoxonSignedRank Of(IReadOnlyList<double> differences)
    {
        ArgumentOutOfRangeException.ThrowIfZero(differences.Count);
        double[] values = [.. differences.Select(value => Math.Round(value, Digits))];
        double n = values.Length, positive = 0, negative = 0, ties = 0, zeros = 0, before = 0;
        foreach (IGrouping<double, double> alike in values.GroupBy(Math.Abs).OrderBy(group => group.Key))
        {
            double count = alike.Count(), rank = before + ((count + 1) / 2);
            before += count;
            if (alike.Key == 0)
            {
                zeros = count;
                continue;
            }

            positive += rank * alike.Count(value => value > 0);
            negative += rank * alike.Count(value => value < 0);
            ties += count * ((count * count) - 1);
        }

        double mean = ((n * (n + 1)) - (zeros * (zeros + 1))) / 4;
        double variance = (((n * (n + 1) * ((2 * n) + 1)) - (zeros * (zeros + 1) * ((2 * zeros) + 1))) / 24) - (ties / 48);
        return new WilcoxonSignedRank(positive, negative, variance == 0 ? 0 : (positive - mean) / Math.Sqrt(variance), values.Length);
    }
}
