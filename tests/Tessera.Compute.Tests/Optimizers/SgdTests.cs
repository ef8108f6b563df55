using Tessera.Compute.Autograd;
using Tessera.Compute.Optimizers;
using Tessera.Compute.Tensors;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Optimizers;

public sealed class SgdTests : OptimizerTest
{
    [Theory]
    [InlineData(0f)]
    [InlineData(0.1f)]
    public void Ten_steps_agree_with_the_twin(float decay)
    {
        using Parameter parameter = Start();
        using var sgd = new Sgd(Device, [parameter], learningRate: 0.5f, decay);
        double[,] twin = Dense.Of(parameter.Value);
        for (int step = 1; step <= 10; step++)
        {
            twin = Dense.Combine(1 - (0.5 * decay), twin, -0.5, Gradient(twin));
            Step(sgd, parameter);
            Agreement.Check(twin, parameter.Value, label: $"step {step}");
        }

        Assert.Empty(sgd.State);
    }

    [Fact]
    public void A_parameter_without_a_gradient_is_untouched()
    {
        using Parameter used = Start("used"), unused = Start("unused");
        using Matrix before = unused.Value.Clone();
        using var sgd = new Sgd(Device, [unused, used], learningRate: 0.5f, weightDecay: 0.1f);
        Step(sgd, used);

        Agreement.SameBits(before, unused.Value);
        Assert.False(Agreement.SameBits(before.Span, used.Value.Span));
    }

    [Fact]
    public void Negative_rates_and_decays_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd(Device, [], learningRate: -1f));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd(Device, [], learningRate: 1f, weightDecay: -1f));
    }
}
