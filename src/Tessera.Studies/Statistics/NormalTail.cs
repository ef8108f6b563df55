namespace Tessera.Studies.Statistics;

/// <summary>The tails of the standard normal distribution.</summary>
internal static class NormalTail
{
    private const double SeriesBelow = 2;

    /// <summary>Probability of a value as far from 0 as z or farther, on either side: <c>erfc(|z| / √2)</c>.</summary>
    public static double TwoSided(double z)
    {
        double x = Math.Abs(z) / Math.Sqrt(2);
        return x < SeriesBelow ? 1 - Series(x) : Fraction(x);
    }

    /// <summary><c>erf x = 2/√π e^(-x²) Σ 2ⁿ x^(2n+1) / (1·3·…·(2n+1))</c>.</summary>
    private static double Series(double x)
    {
        double term = x, sum = x;
        for (int n = 1; term > 1e-17 * sum; n++)
        {
            term *= 2 * x * x / ((2 * n) + 1);
            sum += term;
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    /// <summary><c>erfc x = e^(-x²)/√π · 1/(x + (1/2)/(x + (2/2)/(x + (3/2)/(x + …))))</c>, from the inside.</summary>
    private static double Fraction(double x)
    {
        const int Depth = 80;
        double value = x;
        for (int n = Depth; n >= 1; n--) value = x + (n / 2.0 / value);
        return Math.Exp(-x * x) / Math.Sqrt(Math.PI) / value;
    }
}
