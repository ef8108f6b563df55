using Tessera.Compute.Ops;

namespace Tessera.Compute.Tests.Kernels;

/// <summary>The cosine transform by its definition, in double precision.</summary>
internal static class DctReference
{
    public static double Coefficient(ReadOnlySpan<double> samples, int k)
    {
        int n = samples.Length;
        double sum = 0;
        for (long j = 0; j < n; j++)
            sum += samples[(int)j] * Math.Cos(Math.PI * (((2 * j) + 1) * k % (4L * n)) / (2.0 * n));
        return sum * Math.Sqrt((k == 0 ? 1.0 : 2.0) / n);
    }

    public static double[] Transform(double[] samples) =>
        [.. Enumerable.Range(0, samples.Length).Select(k => Coefficient(samples, k))];

    /// <summary>One column of a row-major matrix.</summary>
    public static double[] Column(ReadOnlySpan<float> matrix, int columns, int column)
    {
        double[] values = new double[matrix.Length / columns];
        for (int row = 0; row < values.Length; row++)
            values[row] = matrix[(row * columns) + column];
        return values;
    }

    public static float[] Transpose(float[] matrix, int columns)
    {
        int rows = matrix.Length / columns;
        float[] transposed = new float[matrix.Length];
        for (int i = 0; i < matrix.Length; i++)
            transposed[(i % columns * rows) + (i / columns)] = matrix[i];
        return transposed;
    }

    public static float[] Noise(int length, int seed)
    {
        var random = new System.Random(seed);
        float[] values = new float[length];
        for (int i = 0; i < length; i++)
            values[i] = (random.NextSingle() * 2) - 1;
        return values;
    }

    public static double Norm(IEnumerable<double> values) => Math.Sqrt(values.Sum(value => value * value));

    /// <summary>Asserts that a vector is within 1e-5 of another, relative to the norm of the latter.</summary>
    public static void AssertClose(IReadOnlyList<double> expected, IReadOnlyList<double> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        double error = Norm(expected.Zip(actual, (left, right) => left - right));
        Assert.True(error <= 1e-5 * Norm(expected), $"The error is {error} for a norm of {Norm(expected)}.");
    }
}
