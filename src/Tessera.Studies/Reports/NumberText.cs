using System.Globalization;

namespace Tessera.Studies.Reports;

/// <summary>Numbers as a person reads them, the same in every country.</summary>
internal static class NumberText
{
    /// <summary>Four decimals at most, and thousands apart; very large and very small numbers with an exponent.</summary>
    public static string Of(double value) => value.ToString(IsPlain(value) ? "#,0.####" : "0.###e0", CultureInfo.InvariantCulture);

    /// <summary>The same with a sign, whichever it is.</summary>
    public static string Difference(double value) => (value >= 0 ? "+" : "") + Of(value);

    /// <summary>
    /// The same for numbers that stand together, such as those of a column, all with as many decimals: none where all are whole, else four. Where the
    /// largest is very small or very large, all have an exponent.
    /// </summary>
    public static Func<double, string> Alike(IEnumerable<double> values)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        string format = IsPlain(finite.Select(Math.Abs).DefaultIfEmpty(0).Max()) ? finite.All(double.IsInteger) ? "N0" : "N4" : "0.000e0";
        return value => value.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>All digits, which reading gives back bit for bit.</summary>
    public static string Exact(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static bool IsPlain(double value) => value == 0 || Math.Abs(value) is >= 1e-3 and < 1e9;
}
