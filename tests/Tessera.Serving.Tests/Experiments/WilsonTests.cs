using Tessera.Serving.Experiments;

namespace Tessera.Serving.Tests.Experiments;

public sealed class WilsonTests
{
    [Theory]
    [InlineData(10, 100, 0.1, 0.05522914, 0.17436566)]
    [InlineData(0, 20, 0, 0, 0.16112516)]
    [InlineData(20, 20, 1, 0.83887484, 1)]
    [InlineData(1, 2, 0.5, 0.09453121, 0.90546879)]
    [InlineData(0, 0, 0, 0, 1)]
    public void Intervals_are_as_published(long some, long all, double value, double low, double high)
    {
        Rate rate = Wilson.Of(some, all);
        Assert.Equal(value, rate.Value, 1e-8);
        Assert.Equal(low, rate.Low, 1e-8);
        Assert.Equal(high, rate.High, 1e-8);
    }
}
