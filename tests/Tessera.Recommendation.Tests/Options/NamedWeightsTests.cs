using Tessera.Recommendation.Options;

namespace Tessera.Recommendation.Tests.Options;

public sealed class NamedWeightsTests
{
    [Fact]
    public void Equality_is_of_content_in_any_order()
    {
        var weights = new NamedWeights(("text", 0.9f), ("image", 0.1f));
        var same = new NamedWeights(("image", 0.1f), ("text", 0.9f));

        Assert.True(weights.Equals(same));
        Assert.Equal(weights.GetHashCode(), same.GetHashCode());
        Assert.False(weights.Equals(new NamedWeights(("image", 0.1f))));
        Assert.False(weights.Equals(new NamedWeights(("image", 0.1f), ("text", 0.8f))));
        Assert.False(weights.Equals(null));
    }

    [Fact]
    public void It_reads_as_a_dictionary_in_the_order_of_names()
    {
        var weights = new NamedWeights(("text", 0.9f), ("image", 0.1f));

        Assert.Equal("image:0.1,text:0.9", weights.ToString());
        Assert.Equal(["image", "text"], weights.Keys);
        Assert.Equal([0.1f, 0.9f], weights.Values);
        Assert.Equal((2, 0.9f, false), (weights.Count, weights["text"], weights.TryGetValue("audio", out _)));
    }

    [Fact]
    public void A_repeated_name_is_refused() => Assert.Throws<ArgumentException>(() => new NamedWeights(("a", 1f), ("a", 2f)));
}
