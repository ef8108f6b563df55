using Tessera.Compute.Tensors;
using Tessera.Compute.Tests.Twins;

namespace Tessera.Compute.Tests;

/// <summary>Comparison of matrices with their double-precision twins, and of matrices bit by bit.</summary>
internal static class Agreement
{
    /// <summary>Asserts that every element is within <paramref name="tolerance"/> · max(1, |expected|).</summary>
    public static void Check(double[,] expected, Matrix actual, double tolerance = 1e-6, string label = "")
    {
        Assert.Equal((expected.GetLength(0), expected.GetLength(1)), (actual.Rows, actual.Columns));
        for (int r = 0; r < actual.Rows; r++)
        {
            for (int c = 0; c < actual.Columns; c++)
            {
                double error = Math.Abs(expected[r, c] - actual[r, c]);
                if (!(error <= tolerance * Math.Max(1, Math.Abs(expected[r, c])))) // true for NaN as well
                    Assert.Fail($"{label} [{actual.Rows} x {actual.Columns}] at ({r}, {c}): {actual[r, c]}, expected {expected[r, c]}.");
            }
        }
    }

    public static void SameBits(Matrix expected, Matrix actual, string label = "") =>
        Assert.True(
            (expected.Rows, expected.Columns) == (actual.Rows, actual.Columns) && SameBits(expected.Span, actual.Span),
            $"{label}: the bits differ.");

    public static bool SameBits(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual) =>
        System.Runtime.InteropServices.MemoryMarshal.AsBytes(expected).SequenceEqual(
            System.Runtime.InteropServices.MemoryMarshal.AsBytes(actual));

    /// <summary>Asserts that a computation writes all of its result, over whatever was there, and nothing around it.</summary>
    public static void Overwrites(double[,] expected, Action<Matrix> compute, double tolerance = 1e-6, string label = "overwriting")
    {
        using var result = new GuardedMatrix(expected.GetLength(0), expected.GetLength(1));
        result.View.Span.Fill(float.NaN);
        compute(result.View);
        Check(expected, result.View, tolerance, label);
        result.AssertGuardsIntact();
    }

    /// <summary>Asserts that a computation adds to all of its result and touches nothing around it.</summary>
    public static void Accumulates(double[,] expected, Action<Matrix> compute, double tolerance = 1e-6)
    {
        using Matrix before = Noise.Matrix(expected.GetLength(0), expected.GetLength(1), seed: 77);
        using var result = new GuardedMatrix(before.Rows, before.Columns);
        result.View.CopyFrom(before);
        compute(result.View);
        Check(expected.Plus(Dense.Of(before)), result.View, tolerance, "accumulating");
        result.AssertGuardsIntact();
    }
}
