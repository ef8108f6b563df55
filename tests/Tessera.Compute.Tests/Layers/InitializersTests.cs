using Tessera.Compute.Layers;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Tests.Layers;

public sealed class InitializersTests
{
    public static TheoryData<string> Names => ["XavierNormal", "XavierUniform", "LinearDefault"];

    [Theory]
    [InlineData("XavierNormal", 200, 300, 2.0 / 500)]
    [InlineData("XavierNormal", 900, 60, 2.0 / 960)]
    [InlineData("XavierUniform", 200, 300, 2.0 / 500)]
    [InlineData("XavierUniform", 900, 60, 2.0 / 960)]
    [InlineData("LinearDefault", 200, 300, 1.0 / 600)]
    public void Mean_and_variance_are_those_of_the_literature(string name, int rows, int columns, double variance)
    {
        using Matrix matrix = Initialize(name, rows, columns, seed: 1);
        double[] values = [.. matrix.Span.ToArray().Select(value => (double)value)];
        Assert.InRange(values.Average(), -0.02 * Math.Sqrt(variance), 0.02 * Math.Sqrt(variance));
        Assert.InRange(values.Average(value => value * value), 0.97 * variance, 1.03 * variance);
    }

    [Theory]
    [InlineData("XavierUniform", 6.0 / 500)]
    [InlineData("LinearDefault", 1.0 / 200)]
    public void Uniform_values_fill_their_range_and_stay_inside(string name, double squaredLimit)
    {
        double limit = Math.Sqrt(squaredLimit) * (1 + 1e-6);
        using Matrix matrix = Initialize(name, 200, 300, seed: 2);
        float[] values = matrix.Span.ToArray();
        Assert.InRange(values.Max(), 0.999 * limit, limit);
        Assert.InRange(values.Min(), -limit, -0.999 * limit);
    }

    [Fact]
    public void Normal_values_go_beyond_three_deviations_as_often_as_they_should()
    {
        using Matrix matrix = Initialize("XavierNormal", 200, 300, seed: 3);
        double deviation = Math.Sqrt(2.0 / 500);
        int beyond = matrix.Span.ToArray().Count(value => Math.Abs(value) > 3 * deviation);
        Assert.InRange(beyond, 100, 230); // 162 expected of 60,000
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_seed_gives_the_same_bits_and_another_does_not(string name)
    {
        using Matrix first = Initialize(name, 7, 9, seed: 4), again = Initialize(name, 7, 9, seed: 4);
        using Matrix other = Initialize(name, 7, 9, seed: 5);
        Agreement.SameBits(first, again);
        Assert.False(Agreement.SameBits(first.Span, other.Span));
    }

    [Fact]
    public void A_layer_without_inputs_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Matrix(1, 1).LinearDefault(0, new Rng(1)));

    private static Matrix Initialize(string name, int rows, int columns, ulong seed)
    {
        Matrix matrix = new(rows, columns);
        var rng = new Rng(seed);
        return name switch
        {
            "XavierNormal" => matrix.XavierNormal(rng),
            "XavierUniform" => matrix.XavierUniform(rng),
            _ => matrix.LinearDefault(rows, rng),
        };
    }
}
