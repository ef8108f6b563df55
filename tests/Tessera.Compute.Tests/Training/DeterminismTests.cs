using Tessera.Compute.Autograd;

namespace Tessera.Compute.Tests.Training;

public sealed class DeterminismTests
{
    private const int Steps = 6;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Training_gives_the_same_bits_for_any_number_of_threads_and_again(int threads)
    {
        using TrainingLoop one = new(threads: 1), several = new(threads);
        for (int step = 0; step < Steps; step++)
            Assert.Equal(BitConverter.SingleToInt32Bits(one.Step()), BitConverter.SingleToInt32Bits(several.Step()));
        foreach ((Parameter expected, Parameter actual) in one.Parameters.Zip(several.Parameters))
            Agreement.SameBits(expected.Value, actual.Value, expected.Name);
    }

    [Fact]
    public void Another_seed_gives_other_parameters()
    {
        using TrainingLoop first = new(threads: 2, seed: 1), second = new(threads: 2, seed: 2);
        foreach ((Parameter one, Parameter other) in first.Parameters.Zip(second.Parameters))
            Assert.False(Agreement.SameBits(one.Value.Span, other.Value.Span));
    }

    [Fact]
    public void Training_lowers_the_loss()
    {
        using var loop = new TrainingLoop(threads: 2);
        float[] losses = [.. Enumerable.Range(0, 30).Select(_ => loop.Step(batch: 256))];
        Assert.InRange(losses[0], 0.5f, 2f);
        Assert.True(losses[^5..].Average() < losses[..5].Average() - 0.01f, string.Join(' ', losses));
    }
}
