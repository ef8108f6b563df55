using Tessera.Compute.Devices;
using Tessera.Compute.Kernels;
using Tessera.Compute.Tensors;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests.Devices;

public sealed class ElementwiseTests : DeviceTest
{
    [Theory]
    [MemberData(nameof(Widths))]
    public void Filling_sets_every_element(int width)
    {
        using Device device = Create(width);
        foreach ((int rows, int columns) in Shapes)
            Agreement.Overwrites(Dense.Create(rows, columns, (_, _) => 2.5), result => device.Fill(result, 2.5f));
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Scaling_agrees_with_its_twin(int width)
    {
        using Device device = Create(width);
        foreach ((int rows, int columns) in Shapes)
        {
            using Matrix x = Noise.Matrix(rows, columns, 1);
            double[,] expected = Dense.Of(x).Map((r, c) => -0.75 * x[r, c]);
            Agreement.Overwrites(expected, result => device.Scale(-0.75f, x, result));
            Agreement.Accumulates(expected, result => device.Scale(-0.75f, x, result, accumulate: true));
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Combining_agrees_with_its_twin(int width)
    {
        using Device device = Create(width);
        foreach ((int rows, int columns) in Shapes)
        {
            using Matrix a = Noise.Matrix(rows, columns, 1), b = Noise.Matrix(rows, columns, 2);
            double[,] expected = Dense.Combine(1.5, Dense.Of(a), -0.25, Dense.Of(b));
            Agreement.Overwrites(expected, result => device.Combine(1.5f, a, -0.25f, b, result));
            Agreement.Accumulates(expected, result => device.Combine(1.5f, a, -0.25f, b, result, accumulate: true));
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Bias_and_activation_agree_with_their_twin(int width)
    {
        using Device device = Create(width);
        foreach ((int rows, int columns) in Shapes)
        {
            using Matrix x = Noise.Matrix(rows, columns, 1), bias = Noise.Matrix(1, columns, 2);
            foreach (float slope in (float[])[1f, 0.2f])
            {
                Agreement.Overwrites(
                    Twin.BiasActivation(Dense.Of(x), Dense.Of(bias), slope), result => device.BiasActivation(x, bias, slope, result));
                Agreement.Overwrites(
                    Twin.BiasActivation(Dense.Of(x), null, slope), result => device.BiasActivation(x, null, slope, result));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void The_gradient_of_the_activation_follows_the_sign_of_the_output_also_in_place(int width)
    {
        using Device device = Create(width);
        foreach ((int rows, int columns) in Shapes)
        {
            using Matrix y = Noise.Matrix(rows, columns, 1), dy = Noise.Matrix(rows, columns, 2);
            if (y.Length > 0) y.Span[0] = 0f; // belongs to the slope
            double[,] expected = Dense.Of(dy).Map((r, c) => y[r, c] > 0 ? dy[r, c] : 0.2 * dy[r, c]);
            Agreement.Overwrites(expected, result => device.LeakyReluGradient(0.2f, y, dy, result));
            device.LeakyReluGradient(0.2f, y, dy, dy);
            Agreement.Check(expected, dy, label: "in place");
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Column_sums_agree_with_their_twin(int width)
    {
        using Device device = Create(width);
        foreach ((int rows, int columns) in Shapes)
        {
            using Matrix x = Noise.Matrix(rows, columns, 1);
            double[,] expected = Twin.ColumnSums(Dense.Of(x));
            Agreement.Overwrites(expected, result => device.ColumnSums(x, result), tolerance: 1e-5);
            Agreement.Accumulates(expected, result => device.ColumnSums(x, result, accumulate: true), tolerance: 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Sums_of_squares_agree_with_their_twin_however_many_blocks(int width)
    {
        using Device device = Create(width);
        foreach ((int rows, int columns) in Shapes.Append((1, 4096)).Append((4, 1025)).Append((600, 601)))
        {
            using Matrix x = Noise.Matrix(rows, columns, 1);
            double expected = Dense.SumOfSquares(Dense.Of(x));
            Assert.InRange(device.SumOfSquares(x), expected * (1 - 2e-6), expected * (1 + 2e-6));
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void A_step_of_Adam_agrees_with_its_twin(int width)
    {
        var constants = new AdamConstants(Rate: 0.01f, RootScale: 3f, Beta1: 0.9f, Beta2: 0.99f, Epsilon: 1e-6f, L2: 0.1f);
        using Device device = Create(width);
        foreach ((int rows, int columns) in Shapes)
        {
            using Matrix p = Noise.Matrix(rows, columns, 1), g = Noise.Matrix(rows, columns, 2);
            using Matrix m = Noise.Matrix(rows, columns, 3), v = Noise.Matrix(rows, columns, 4);
            foreach (ref float value in v.Span) value *= value;
            double[,] gradient = Dense.Combine(1, Dense.Of(g), 0.1f, Dense.Of(p));
            double[,] first = Dense.Combine(0.9f, Dense.Of(m), 1 - 0.9f, gradient);
            double[,] second = Dense.Of(v).Map((r, c) => (0.99f * v[r, c]) + ((1 - 0.99f) * gradient[r, c] * gradient[r, c]));
            double[,] parameter = Dense.Of(p).Map((r, c) =>
                p[r, c] - (0.01f * first[r, c] / ((Math.Sqrt(second[r, c]) * 3) + 1e-6f)));

            device.Adam(p, g, m, v, constants);

            Agreement.Check(parameter, p, label: "parameter");
            Agreement.Check(first, m, label: "first moment");
            Agreement.Check(second, v, label: "second moment");
        }
    }
}
