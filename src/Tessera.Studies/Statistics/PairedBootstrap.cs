using Tessera.Compute.Random;

namespace Tessera.Studies.Statistics;

/// <summary>
/// How sure the mean difference of two models over the same users is: users are drawn with replacement, as many as there are (Efron and Tibshirani, 1993).
/// </summary>
/// <param name="Mean">Mean of the differences.</param>
/// <param name="Low">2.5th percentile of the drawn means.</param>
/// <param name="High">97.5th percentile of the drawn means.</param>
/// <param name="PValue">
/// Two-sided: how often a mean as far from 0 is drawn from the differences once their own mean is taken off, the observed one counted in, so above 0.
/// </param>
/// <param name="Count">Number of users.</param>
internal sealed record PairedBootstrap(double Mean, double Low, double High, double PValue, int Count)
{
    /// <summary>Compares.</summary>
    /// <param name="differences">One difference a user, at least one.</param>
    /// <param name="rng">Draws.</param>
    /// <param name="draws">Number of drawn means.</param>
    public static PairedBootstrap Of(IReadOnlyList<double> differences, Rng rng, int draws = 10_000)
    {
        ArgumentOutOfRangeException.ThrowIfZero(differences.Count);
        double[] values = [.. differences], means = new double[draws];
        double mean = values.Average();
        int asFar = 0;
        for (int draw = 0; draw < draws; draw++)
        {
            double sum = 0;
            for (int i = 0; i < values.Length; i++) sum += values[rng.Next(values.Length)];
            means[draw] = sum / values.Length;
            if (Math.Abs(means[draw] - mean) >= Math.Abs(mean)) asFar++;
        }

        Array.Sort(means);
        return new PairedBootstrap(mean, means[(int)(0.025 * draws)], means[(int)(0.975 * draws)], (asFar + 1.0) / (draws + 1), values.Length);
    }
}
