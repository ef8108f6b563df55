using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Tessera.Data.Importing;

/// <summary>Times as sources write them.</summary>
internal static class SourceTime
{
    /// <summary>
    /// From these numbers on, milli-, micro- and nanoseconds are counted: the least is the year 1973 in the smaller unit, and would
    /// be 5138 in the larger one.
    /// </summary>
    private const long FirstMilliseconds = 100_000_000_000, FirstMicroseconds = 1000 * FirstMilliseconds, FirstNanoseconds = 1000 * FirstMicroseconds;

    private static readonly DateTimeOffset Earliest = new(1990, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] DateNumbers = ["yyyyMMdd", "yyyyMMddHHmm", "yyyyMMddHHmmss", "yyyyMM", "yyyy"];
    private static readonly string[] AbsentTexts = ["", "null", "nan", "none", "nat", "na", "n/a", "\\n"];

    /// <summary>
    /// Reads a number of seconds, milli-, micro- or nanoseconds since 1970, told apart by size, with decimals or without, or a
    /// year-first date; in UTC where it names no zone. Fractions of seconds are dropped.
    /// </summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="seconds">Seconds since 1970.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, out long seconds)
    {
        if (Utf8Parser.TryParse(text, out seconds, out int used) && used == text.Length)
        {
            seconds = Scaled(seconds);
            return true;
        }

        text = text.Trim(" \t\r\n"u8);
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
        {
            if (Math.Abs(number) is not (< long.MaxValue)) return false;
            seconds = Scaled((long)Math.Floor(number));
            return true;
        }

        return YearFirstTime.TryParse(text, out seconds);
    }

    /// <summary>The same by a .NET format where one is given, with English names and in UTC where it names no zone.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, string? format, out long seconds)
    {
        if (format is null) return TryParse(text, out seconds);
        string trimmed = Encoding.UTF8.GetString(text).Trim();
        bool isTime = DateTimeOffset.TryParseExact(trimmed, format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time);
        seconds = isTime ? time.ToUnixTimeSeconds() : 0;
        return isTime;
    }

    /// <exception cref="InvalidInputException">.NET has no such format.</exception>
    public static void CheckFormat(string format)
    {
        try
        {
            string written = DateTimeOffset.UnixEpoch.ToString(format, CultureInfo.InvariantCulture);
            if (DateTimeOffset.TryParseExact(written, format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _)) return;
        }
        catch (FormatException)
        {
            // Said below.
        }

        throw new InvalidInputException(
            $"{Storage.SourceText.Quoted(format)} is no format of times; expected one of .NET such as \"dd/MM/yyyy HH:mm\", so correct --time-format.");
    }

    /// <summary>Whether a text says that there is no time: it is empty, NULL, NaN, None, NaT or \N.</summary>
    public static bool IsAbsent(string text) => AbsentTexts.Contains(text.Trim(), StringComparer.OrdinalIgnoreCase);

    /// <summary>The same, UTF-8.</summary>
    public static bool IsAbsent(ReadOnlySpan<byte> text) => text.Length < 16 && IsAbsent(Encoding.UTF8.GetString(text));

    /// <summary>Whether it lies between 1990 and tomorrow.</summary>
    public static bool IsPlausible(long seconds) => Overlaps(seconds, seconds);

    /// <summary>Whether a range of times has something in common with 1990 to tomorrow.</summary>
    public static bool Overlaps(long first, long last) => last >= Earliest.ToUnixTimeSeconds() && first < DateTimeOffset.UtcNow.AddDays(2).ToUnixTimeSeconds();

    /// <summary>A time for people, the nearest there is for one beyond the calendar; null for null.</summary>
    public static DateTimeOffset? DateOf(long? seconds) => seconds is { } known
        ? DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(known, DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds()))
        : null;

    /// <summary>The rest of the sentence for a text that is no time, or may be two.</summary>
    public static string Fault(string text, string? format)
    {
        if (format is not null) return $"; expected one of the form {Storage.SourceText.Quoted(format)}, so correct --time-format or the line";
        return SlashedTime.Readings(text) is { } readings
            ? $", which {readings}"
            : "; expected seconds since 1970 or a date such as 2024-05-01T12:30:00Z, so correct the line, or give the form of the times with --time-format";
    }

    /// <summary>The rest of the sentence for times that all lie before 1990 or after tomorrow.</summary>
    /// <param name="text">The first.</param>
    /// <param name="first">The earliest, in seconds since 1970.</param>
    /// <param name="last">The latest.</param>
    /// <param name="before">How a remedy begins that names the times' column.</param>
    public static string Implausible(string text, long first, long last, string before)
    {
        string range = $", from {Shown(first)} to {Shown(last)} if they count from 1970; expected times between 1990 and tomorrow, ";
        string trimmed = text.Trim();
        string? looks = DateNumbers.FirstOrDefault(format => IsDateOf(trimmed, format));
        return range + (looks is not null
            ? $"and this looks like a date: give --time-format {looks}"
            : $"so {before}name the times' column with --time-column (none where there is none), or give their form with --time-format");
    }

    /// <summary>A date for a message.</summary>
    private static string Shown(long seconds) => seconds is > -62_000_000_000 and < 250_000_000_000
        ? DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
        : $"second {seconds}";

    private static bool IsDateOf(string text, string format) =>
        DateTime.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime date) && date.Year is >= 1990 and < 2100;

    private static long Scaled(long number)
    {
        ulong size = number < 0 ? 0 - (ulong)number : (ulong)number;
        long divisor = size switch
        {
            >= FirstNanoseconds => 1_000_000_000,
            >= FirstMicroseconds => 1_000_000,
            >= FirstMilliseconds => 1000,
            _ => 1,
        };
        return divisor == 1 ? number : number >= 0 ? number / divisor : -((-(number + 1) / divisor) + 1);
    }
}
