using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Layers;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;

namespace Tessera.Compute.Tests.Autograd;

/// <summary>
/// Compares an operation with a twin in double precision: its values, and its gradients with the twin's central differences. The
/// scalar differentiated is the sum of the results, each weighted by a fixed number, so that no error can cancel.
/// </summary>
internal static class DoubleTwin
{
    private const double Step = 1e-5;

    /// <summary>Fixed normally distributed numbers.</summary>
    public static double[,] Noise(int rows, int columns, ulong seed)
    {
        var rng = new Rng(seed);
        var values = new double[rows, columns];
        for (int r = 0; r < rows; r++)
            for (int c = 0; c < columns; c++) values[r, c] = rng.NextGaussian();
        return values;
    }

    public static void Check(
        Func<Tape, Variable[], Variable> operation, Func<double[][,], double[,]> twin, params double[][,] inputs)
    {
        // The inputs the operation sees are float32: the twin starts from the same.
        foreach (double[,] input in inputs)
            for (int r = 0; r < input.GetLength(0); r++)
                for (int c = 0; c < input.GetLength(1); c++) input[r, c] = (float)input[r, c];
        double[,] expected = twin(inputs);
        double[,] weights = Noise(expected.GetLength(0), expected.GetLength(1), 99);
        using var device = new CpuDevice(2);
        using var tape = new Tape(device);
        Parameter[] parameters = [.. inputs.Select((input, n) => new Parameter($"input {n}", ToMatrix(input)))];
        using Matrix weightMatrix = ToMatrix(weights);

        // The second step finds the gradients' memory dirty; each input is used twice, so that gradients add up.
        for (int step = 0; step < 2; step++)
        {
            tape.Reset();
            Variable[] used = [.. parameters.Select(tape.Use)];
            Variable result = operation(tape, used);
            AssertClose("value", expected, result.Value, 1e-5);
            Variable loss = tape.Sum(tape.Multiply(result, tape.Constant(weightMatrix)));
            foreach (Variable input in used) loss = tape.Add(loss, tape.Sum(input));
            tape.Backward(loss);
        }

        for (int n = 0; n < inputs.Length; n++)
            AssertClose($"gradient {n}", Differences(twin, inputs, n, weights), parameters[n].Gradient!, 2e-4);
        foreach (Parameter parameter in parameters) parameter.Dispose();
    }

    private static double[,] Differences(Func<double[][,], double[,]> twin, double[][,] inputs, int n, double[,] weights)
    {
        double[,] input = inputs[n], gradient = new double[input.GetLength(0), input.GetLength(1)];
        for (int r = 0; r < input.GetLength(0); r++)
        {
            for (int c = 0; c < input.GetLength(1); c++)
            {
                double value = input[r, c];
                input[r, c] = value + Step;
                double above = Weighted(twin(inputs), weights);
                input[r, c] = value - Step;
                double below = Weighted(twin(inputs), weights);
                input[r, c] = value;
                gradient[r, c] = 1 + ((above - below) / (2 * Step));
            }
        }

        return gradient;
    }

    private static double Weighted(double[,] values, double[,] weights)
    {
        double sum = 0;
        for (int r = 0; r < values.GetLength(0); r++)
            for (int c = 0; c < values.GetLength(1); c++) sum += values[r, c] * weights[r, c];
        return sum;
    }

    private static Matrix ToMatrix(double[,] values)
    {
        var matrix = new Matrix(values.GetLength(0), values.GetLength(1));
        for (int r = 0; r < matrix.Rows; r++)
            for (int c = 0; c < matrix.Columns; c++) matrix[r, c] = (float)values[r, c];
        return matrix;
    }

    private static void AssertClose(string what, double[,] expected, Matrix actual, double tolerance)
    {
        Assert.Equal((expected.GetLength(0), expected.GetLength(1)), (actual.Rows, actual.Columns));
        for (int r = 0; r < actual.Rows; r++)
        {
            for (int c = 0; c < actual.Columns; c++)
            {
                double limit = tolerance * Math.Max(1, Math.Abs(expected[r, c]));
                Assert.True(
                    Math.Abs(expected[r, c] - actual[r, c]) <= limit,
                    $"{what}[{r}, {c}]: expected {expected[r, c]:R}, found {actual[r, c]:R}, tolerance {limit:R}.");
            }
        }
    }
}
