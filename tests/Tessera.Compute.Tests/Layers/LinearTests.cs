using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Layers;
using Tessera.Compute.Ops;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Layers;

public sealed class LinearTests
{
    [Theory]
    [InlineData(false, 1f)]
    [InlineData(true, 1f)]
    [InlineData(true, 0.2f)]
    public void The_layer_applies_its_weight_its_bias_and_the_activation(bool bias, float slope)
    {
        using var device = new Device(2);
        using var tape = new Tape(device);
        var layer = new Linear("hidden", 13, 9, bias, new Rng(1));
        using Matrix x = Noise.Matrix(17, 13, 2);

        Variable y = layer.Apply(tape, tape.Constant(x), slope);

        double[,] product = Dense.MatMul(Dense.Of(x), Dense.Of(layer.Weight.Value));
        Agreement.Check(Twin.BiasActivation(product, layer.Bias is null ? null : Dense.Of(layer.Bias.Value), slope), y.Value);
        Assert.True(y.RequiresGradient);
    }

    [Fact]
    public void Parameters_are_named_shaped_and_within_the_range_of_the_fan_in()
    {
        var layer = new Linear("hidden", 16, 9, bias: true, new Rng(1));

        Assert.Equal(["hidden.weight", "hidden.bias"], layer.Parameters.Select(p => p.Name));
        Assert.Equal((16, 9), (layer.Weight.Value.Rows, layer.Weight.Value.Columns));
        Assert.Equal((1, 9), (layer.Bias!.Value.Rows, layer.Bias.Value.Columns));
        foreach (Parameter parameter in layer.Parameters)
            Assert.All(parameter.Value.Span.ToArray(), value => Assert.InRange(value, -0.25f, 0.25f));
        Assert.Null(new Linear("plain", 16, 9, bias: false, new Rng(1)).Bias);
    }

    [Fact]
    public void The_same_seed_gives_the_same_layer()
    {
        Linear first = new("a", 16, 9, bias: true, new Rng(3)), second = new("b", 16, 9, bias: true, new Rng(3));
        foreach ((Parameter one, Parameter other) in first.Parameters.Zip(second.Parameters)) Agreement.SameBits(one.Value, other.Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void A_parameter_needs_a_name(string name) => Assert.Throws<ArgumentException>(() => new Parameter(name, new Matrix(1, 1)));
}
