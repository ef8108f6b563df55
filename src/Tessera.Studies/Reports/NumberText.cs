using System.Globalization;

namespace Tessera.Studies.Reports;

/// <summary>Numbers as a person reads them, the same in every country.</summary>
internal static class NumberText
{
    /// <summary>Four decimals at most, and thousands apart; very large and very small numbers with an exponent.</summary>
    public static string Of(double value) => Format(value, "#,0.####");

    /// <summary>The same with a sign, whichever it is.</summary>
    public static string Difference(double value) => (value >= 0 ? "+" : "") + Of(value);

    /// <summary>The same for numbers that stand together, all with as many decimals as one of them needs.</summary>
    public static Func<double, string> Alike(IEnumerable<double> values)
    {
        string[] texts = [.. values.Where(double.IsFinite).Select(Of)];
        if (texts.Any(text => text.Contains('e', StringComparison.Ordinal))) return Of;
        int decimals = texts.Select(text => text.Split('.') is [_, var fraction] ? fraction.Length : 0).DefaultIfEmpty(0).Max();
        return value => value.ToString($"N{decimals}", CultureInfo.InvariantCulture);
    }

    /// <summary>All digits, which reading gives back bit for bit.</summary>
    public static string Exact(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Format(double value, string format) =>
        value.ToString(value == 0 || Math.Abs(value) is >= 1e-3 and < 1e9 ? format : "0.###e0", CultureInfo.InvariantCulture);
}
