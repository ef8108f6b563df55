using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Tessera.Data.Importing;

/// <summary>Times as sources write them.</summary>
internal static class SourceTime
{
    /// <summary>From here on a number counts milliseconds: as seconds it would lie in the year 5138, as milliseconds in 1973.</summary>
    private const long FirstMilliseconds = 100_000_000_000, TooLarge = 1000 * FirstMilliseconds;

    private static readonly string[] Formats =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd HH:mmK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK",
    ];

    /// <summary>
    /// Reads whole seconds or milliseconds since 1970 (told apart by size; decimals are allowed and dropped), or a date of
    /// ISO 8601, in UTC where it names no zone.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long seconds)
    {
        if (Utf8Parser.TryParse(text, out seconds, out int used) && used == text.Length) return TryScale(ref seconds);
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
        {
            if (Math.Abs(number) is not (< TooLarge)) return false;
            seconds = (long)Math.Floor(number);
            return TryScale(ref seconds);
        }

        bool isDate = DateTimeOffset.TryParseExact(
            Encoding.UTF8.GetString(text), Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset date);
        seconds = isDate ? date.ToUnixTimeSeconds() : 0;
        return isDate;
    }

    private static bool TryScale(ref long seconds)
    {
        if (seconds is <= -TooLarge or >= TooLarge) return false;
        if (seconds is <= -FirstMilliseconds or >= FirstMilliseconds) seconds = (long)Math.Floor(seconds / 1000.0);
        return true;
    }
}
