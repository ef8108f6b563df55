using System.Globalization;
using Tessera.Data.Storage;

namespace Tessera.Cli.Output;

/// <summary>Numbers as text, the same in every country.</summary>
internal static class Figures
{
    /// <summary>A metric, loss or score: four decimals.</summary>
    public static string Decimal(double value) => value.ToString("F4", CultureInfo.InvariantCulture);

    /// <summary>A count, with commas at the thousands.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A number of things, such as "1 epoch" or "2,000 epochs".</summary>
    public static string Counted(long count, string noun) => SourceText.Counted(count, noun);

    /// <summary>A mean: two decimals.</summary>
    public static string Mean(double value) => value.ToString("F2", CultureInfo.InvariantCulture);

    /// <summary>A size of any magnitude: three digits, or whole from 100 on.</summary>
    public static string Size(double value) => value.ToString(value >= 99.5 ? "N0" : "G3", CultureInfo.InvariantCulture);

    /// <summary>A share of 0 to 1 as whole percent.</summary>
    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F0} %");

    /// <summary>Seconds, one decimal.</summary>
    public static string Seconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds:F1} s");

    /// <summary>Seconds in the unit that suits them: seconds, minutes or hours.</summary>
    public static string Duration(double seconds) => seconds switch
    {
        < 60 => Seconds(seconds),
        < 7200 => $"{Size(seconds / 60)} min",
        _ => $"{Size(seconds / 3600)} h",
    };
}
