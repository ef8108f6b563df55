using Microsoft.Extensions.Time.Testing;
using Tessera.Serving.Telemetry;

namespace Tessera.Serving.Tests.Telemetry;

public sealed class RecentRecommendationsTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 12, 0, 30, TimeSpan.Zero));

    [Fact]
    public void Quantiles_are_right_to_a_twentieth()
    {
        var recent = new RecentRecommendations(_time);
        for (int n = 1; n <= 1000; n++) recent.CountRequest(TimeSpan.FromMilliseconds(n));
        RecentFigures figures = recent.Read();
        Assert.Equal(1000, figures.Requests);
        Assert.InRange(figures.P50!.Value, 0.5 / 1.05, 0.5 * 1.05);
        Assert.InRange(figures.P99!.Value, 0.99 / 1.05, 0.99 * 1.05);
    }

    [Fact]
    public void What_is_five_minutes_old_counts_no_more()
    {
        var recent = new RecentRecommendations(_time);
        Assert.Equal(new RecentFigures(0, null, null, 0, 0), recent.Read());
        recent.CountRequest(TimeSpan.Zero);
        recent.CountList(isFallback: true);
        _time.Advance(TimeSpan.FromMinutes(4));
        recent.CountRequest(TimeSpan.FromDays(1));
        recent.CountList(isFallback: false);
        RecentFigures both = recent.Read();
        Assert.Equal((2, 2, 1), (both.Requests, both.Lists, both.Fallbacks));
        _time.Advance(TimeSpan.FromMinutes(1));
        RecentFigures later = recent.Read();
        Assert.Equal((1, 1, 0), (later.Requests, later.Lists, later.Fallbacks));
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(0, recent.Read().Requests);
    }
}
