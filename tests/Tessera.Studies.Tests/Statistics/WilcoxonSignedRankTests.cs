using Tessera.Studies.Statistics;

namespace Tessera.Studies.Tests.Statistics;

public sealed class WilcoxonSignedRankTests
{
    /// <summary>
    /// Sizes 0 0 1 1 2 2 3 4 5 6 have ranks 1.5 1.5 3.5 3.5 5.5 5.5 7 8 9 10, so above 0 are 3.5 + 5.5 + 7 + 8 + 9 + 10 = 43 and below 3.5 + 5.5 = 9;
    /// mean (10·11 - 2·3)/4 = 26, variance (10·11·21 - 2·3·5)/24 - (6 + 6)/48 = 94.75, z = 17/√94.75 = 1.746463.
    /// </summary>
    [Fact]
    public void It_is_what_a_hand_works_out()
    {
        WilcoxonSignedRank result = WilcoxonSignedRank.Of([0, 1, -1, 2, 3, 0, 4, -2, 5, 6]);

        Assert.Equal((43, 9, 10), (result.Positive, result.Negative, result.Count));
        Assert.Equal(17 / Math.Sqrt(94.75), result.Z, 1e-12);
        Assert.Equal(34.0 / 52, result.RankBiserial, 1e-12);
        Assert.Equal(0.08073058488, result.PValue, 1e-10);
    }

    [Fact]
    public void The_other_way_round_only_the_sign_changes()
    {
        double[] differences = [0.3, -0.1, 0.25, 0, 0.7, -0.25, 0.1];
        WilcoxonSignedRank one = WilcoxonSignedRank.Of(differences), other = WilcoxonSignedRank.Of([.. differences.Select(value => -value)]);

        Assert.Equal((one.Positive, one.Negative), (other.Negative, other.Positive));
        Assert.Equal(one.Z, -other.Z, 1e-12);
        Assert.Equal(one.PValue, other.PValue, 1e-12);
    }

    [Fact]
    public void Where_nothing_differs_p_is_one()
    {
        WilcoxonSignedRank result = WilcoxonSignedRank.Of([0, 0, 0.1 + 0.2 - 0.3]); // the last is 5.6e-17

        Assert.Equal((1, 0, 3), (result.PValue, result.RankBiserial, result.Count));
    }

    /// <summary>Tables of the normal distribution.</summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0.3173105078629)]
    [InlineData(-1.959963984540, 0.05)]
    [InlineData(2.575829303549, 0.01)]
    [InlineData(2.828, 0.004683980653645)]
    [InlineData(2.829, 0.004669369895845)]
    [InlineData(5, 5.733031437584e-7)]
    [InlineData(10, 1.523970604832e-23)]
    public void The_tails_are_those_of_the_normal_distribution(double z, double expected) =>
        Assert.InRange(NormalTail.TwoSided(z) / expected, 1 - 1e-10, 1 + 1e-10);
}
