using Tessera.Compute.Random;
using Tessera.Studies.Statistics;

namespace Tessera.Studies.Tests.Statistics;

public sealed class StatisticsTests
{
    /// <summary>Sorted .01, .03, .04 times 3, 2, 1: .03, .06, .04, and the last not below the one before it.</summary>
    [Fact]
    public void Holm_multiplies_by_what_is_left_and_never_falls() =>
        Assert.Equal([0.06, 0.03, 0.06], Holm.Correct([0.04, 0.01, 0.03]), (left, right) => Math.Abs(left - right) < 1e-12);

    [Fact]
    public void Holm_ends_at_one() => Assert.Equal([1.0, 1.0], Holm.Correct([0.7, 0.9]));

    [Fact]
    public void A_difference_that_every_user_shares_is_sure()
    {
        PairedBootstrap result = PairedBootstrap.Of([.. Enumerable.Range(0, 200).Select(user => 0.1 + (0.01 * (user % 5)))], new Rng(1), draws: 999);

        Assert.Equal(0.12, result.Mean, 1e-9);
        Assert.InRange(result.Low, 0.115, 0.12);
        Assert.InRange(result.High, 0.12, 0.125);
        Assert.Equal(0.001, result.PValue, 1e-9);
        Assert.Equal(200, result.Count);
    }

    /// <summary>The normal interval is mean ± 1.96 σ/√n: σ is 1, n 400, so ± .098.</summary>
    [Fact]
    public void The_interval_is_near_the_normal_one_and_noise_is_no_difference()
    {
        double[] differences = [.. Enumerable.Range(0, 400).Select(user => user % 2 == 0 ? 1.0 : -1.0)];

        PairedBootstrap result = PairedBootstrap.Of(differences, new Rng(2));

        Assert.Equal(-0.098, result.Low, 0.01);
        Assert.Equal(0.098, result.High, 0.01);
        Assert.Equal(1, result.PValue, 1e-9);
    }
}
