using System.Text;
using Tessera.Data.Importing;

namespace Tessera.Data.Tests.Importing;

public sealed class SourceTimeTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("881250949", 881250949)]
    [InlineData("-5", -5)]
    [InlineData("99999999999", 99999999999)]
    [InlineData("1583378629552", 1583378629)]
    [InlineData("-100000000001", -100000001)]
    [InlineData("881250949.0", 881250949)]
    [InlineData("1.5e9", 1500000000)]
    [InlineData("-0.5", -1)]
    [InlineData("1970-01-02", 86400)]
    [InlineData("2024-05-01T12:30:00Z", 1714566600)]
    [InlineData("2024-05-01T12:30:00", 1714566600)]
    [InlineData("2024-05-01 12:30:00", 1714566600)]
    [InlineData("2024-05-01T14:30:00+02:00", 1714566600)]
    [InlineData("2024-05-01T12:30:00.123Z", 1714566600)]
    [InlineData("2024-05-01T12:30Z", 1714566600)]
    [InlineData("1583378629552123", 1583378629)]
    [InlineData("1583378629552123456", 1583378629)]
    [InlineData("1583378629552.75", 1583378629)]
    [InlineData("1.583378629552123e15", 1583378629)]
    [InlineData("100000000000000", 100000000)]
    [InlineData("-100000000000000001", -100000001)]
    [InlineData("9223372036854775807", 9223372036)]
    [InlineData(" 881250949 ", 881250949)]
    [InlineData("2024-05-01 12:30:00+00", 1714566600)]
    [InlineData("2024-05-01T14:30:00+0200", 1714566600)]
    [InlineData("2024-05-01T08:00:00-04:30", 1714566600)]
    [InlineData("2024-05-01 12:30:00 UTC", 1714566600)]
    [InlineData("2024-05-01 12:30:00 +0000", 1714566600)]
    [InlineData("2024-05-01t12:30:00z", 1714566600)]
    [InlineData("2024-05-01T12:30:00.123456789012Z", 1714566600)]
    [InlineData("2024-05-01T12:30:00,5", 1714566600)]
    [InlineData("20240501T123000Z", 1714566600)]
    [InlineData("20240501T1230", 1714566600)]
    [InlineData("20240501 12:30:00", 1714566600)]
    [InlineData("2024-05-01T12", 1714564800)]
    [InlineData("2024/05/01 12:30", 1714566600)]
    [InlineData("2024.5.1 12:30", 1714566600)]
    [InlineData("2024:05:01 12:30:00", 1714566600)]
    [InlineData("2024年5月1日 12:30", 1714566600)]
    [InlineData("2024/5/1 9:05", 1714554300)]
    [InlineData("2000-02-29", 951782400)]
    public void Numbers_since_1970_and_year_first_dates_are_read(string text, long seconds)
    {
        Assert.True(SourceTime.TryParse(Encoding.UTF8.GetBytes(text), out long found));
        Assert.Equal(seconds, found);
    }

    [Theory]
    [InlineData("")]
    [InlineData("NaN")]
    [InlineData("-Infinity")]
    [InlineData("1e300")]
    [InlineData("01/02/2024")]
    [InlineData("2024-13-01")]
    [InlineData("2024-02-30T00:00:00Z")]
    [InlineData("12 May")]
    [InlineData("2024-05")]
    [InlineData("2024-0501")]
    [InlineData("2023-02-29")]
    [InlineData("2024-05-01T")]
    [InlineData("2024-05-01T25:00")]
    [InlineData("2024-05-01T9")]
    [InlineData("2024-05-01T12:30:00.Z")]
    [InlineData("2024-05-01T12:30:00+2")]
    [InlineData("2024-05-01T12:30:00+02:0")]
    [InlineData("0000-01-01")]
    [InlineData("99999999999999999999")]
    [InlineData("é")]
    [InlineData("2024-05-01T12:30:00ZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ")]
    public void Other_texts_are_no_times(string text) => Assert.False(SourceTime.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("NULL")]
    [InlineData("NaN")]
    [InlineData("None")]
    [InlineData("NaT")]
    [InlineData("\\N")]
    public void Some_texts_say_that_there_is_no_time(string text) => Assert.True(SourceTime.IsAbsent(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("01.01.2020", ", which does not tell day from month; give --time-format \"dd.MM.yyyy\" or \"MM.dd.yyyy\" to say which comes first")]
    [InlineData("03/04/2021", ", which is 3 April 2021 or 4 March 2021; give --time-format \"dd/MM/yyyy\" or \"MM/dd/yyyy\" to say which")]
    [InlineData("3.4.2021 12:30", ", which is 3 April 2021 or 4 March 2021; give --time-format \"d.M.yyyy HH:mm\" or \"M.d.yyyy HH:mm\" to say which")]
    [InlineData("13-04-2021T12:30:05", ", which is 13 April 2021 if day and month stand so in every line; give --time-format \"dd-MM-yyyyTHH:mm:ss\" to say it")]
    [InlineData("04/13/21", ", which is 13 April 2021 if day and month stand so in every line; give --time-format \"MM/dd/yy\" to say it")]
    [InlineData("13/13/2021", "; expected seconds since 1970 or a date such as 2024-05-01T12:30:00Z, so correct the line, or give the form of the times with --time-format")]
    public void Dates_with_day_or_month_first_are_refused_with_their_readings(string text, string rest)
    {
        Assert.False(SourceTime.TryParse(Encoding.UTF8.GetBytes(text), out _));
        Assert.Equal(rest, SourceTime.Fault(text, null));
    }

    [Theory]
    [InlineData("03/04/2021", "dd/MM/yyyy", 1617408000)]
    [InlineData("03/04/2021 12:30", "MM/dd/yyyy HH:mm", 1614861000)]
    [InlineData("20210129", "yyyyMMdd", 1611878400)]
    [InlineData("Jan 29, 2021", "MMM d, yyyy", 1611878400)]
    [InlineData("13-04-2021T12:30:05", "dd-MM-yyyyTHH:mm:ss", 1618317005)]
    public void A_format_reads_the_rest(string text, string format, long seconds)
    {
        SourceTime.CheckFormat(format);
        Assert.True(SourceTime.TryParse(Encoding.UTF8.GetBytes(text), format, out long found));
        Assert.Equal(seconds, found);
        Assert.False(SourceTime.TryParse("881250949"u8, format, out _));
    }

    [Theory]
    [InlineData("%")]
    [InlineData("'open")]
    [InlineData("Q")]
    public void A_format_that_is_none_is_refused(string format) =>
        Assert.Contains("is no format of times", Assert.Throws<InvalidInputException>(() => SourceTime.CheckFormat(format)).Message, StringComparison.Ordinal);
}
