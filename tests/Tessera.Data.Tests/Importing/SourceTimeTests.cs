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
    public void Seconds_milliseconds_and_dates_are_read(string text, long seconds)
    {
        Assert.True(SourceTime.TryParse(Encoding.UTF8.GetBytes(text), out long found));
        Assert.Equal(seconds, found);
    }

    [Theory]
    [InlineData("")]
    [InlineData("NaN")]
    [InlineData("-Infinity")]
    [InlineData("100000000000000")]
    [InlineData("9223372036854775807")]
    [InlineData("1e300")]
    [InlineData("01/02/2024")]
    [InlineData("2024-13-01")]
    [InlineData("2024-02-30T00:00:00Z")]
    [InlineData("12 May")]
    [InlineData("é")]
    [InlineData("2024-05-01T12:30:00ZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ")]
    public void Other_texts_are_no_times(string text) => Assert.False(SourceTime.TryParse(Encoding.UTF8.GetBytes(text), out _));
}
