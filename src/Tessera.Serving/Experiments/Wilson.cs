namespace Tessera.Serving.Experiments;

/// <summary>
/// The score interval of a proportion at 95 %: <c>(p + z²/2n ± z √(p (1 - p)/n + z²/4n²)) / (1 + z²/n)</c> (Wilson, "Probable Inference, the Law of Succession,
/// and Statistical Inference", 1927).
/// </summary>
internal static class Wilson
{
    private const double Z = 1.9599639845400545;

    /// <summary>The proportion of some among all; of none it may be anything.</summary>
    public static Rate Of(long some, long all)
    {
        if (all == 0) return new Rate(0, 0, 1);
        double p = (double)some / all, square = Z * Z / all;
        double middle = (p + (square / 2)) / (1 + square), half = Z * Math.Sqrt((p * (1 - p) / all) + (square / (4 * all))) / (1 + square);
        return new Rate(p, some == 0 ? 0 : middle - half, some == all ? 1 : middle + half);
    }
}
