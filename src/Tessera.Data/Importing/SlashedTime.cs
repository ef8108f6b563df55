using System.Globalization;
using System.Text.RegularExpressions;

namespace Tessera.Data.Importing;

/// <summary>Dates such as 03/04/2021, in which day or month may come first.</summary>
internal static partial class SlashedTime
{
    /// <summary>How such a date can be read and which formats say so; null for any other text.</summary>
    public static string? Readings(string text)
    {
        Match match = Form().Match(text.Trim());
        if (!match.Success) return null;
        (string a, string separator, string b, string year, string time) =
            (match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value, match.Groups[4].Value, match.Groups[5].Value);
        string rest = separator + new string('y', year.Length) + TimeFormat(time);
        string dayFirst = Of('d', a) + separator + Of('M', b) + rest, monthFirst = Of('M', a) + separator + Of('d', b) + rest;
        (string Format, string Date)[] readings =
        [
            .. from format in new[] { dayFirst, monthFirst }
               where DateTime.TryParseExact(text.Trim(), format, CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
               select (format, DateTime.ParseExact(text.Trim(), format, CultureInfo.InvariantCulture).ToString("d MMMM yyyy", CultureInfo.InvariantCulture)),
        ];
        return readings switch
        {
            [var only] => $"is {only.Date} if day and month stand so in every line; give --time-format \"{only.Format}\" to say it",
            [var first, var second] when first.Date == second.Date =>
                $"does not tell day from month; give --time-format \"{first.Format}\" or \"{second.Format}\" to say which comes first",
            [var first, var second] => $"is {first.Date} or {second.Date}; give --time-format \"{first.Format}\" or \"{second.Format}\" to say which",
            _ => null,
        };
    }

    private static string Of(char part, string digits) => new(part, digits.Length == 1 ? 1 : 2);

    /// <summary>The format of a time of day of two-digit parts behind a date.</summary>
    private static string TimeFormat(string time) => time.Length switch
    {
        0 => "",
        6 => $"{time[0]}HH:mm",
        _ => $"{time[0]}HH:mm:ss",
    };

    [GeneratedRegex(@"^(\d{1,2})([/.\-])(\d{1,2})\2(\d{4}|\d{2})(|[ T]\d\d:\d\d|[ T]\d\d:\d\d:\d\d)$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
