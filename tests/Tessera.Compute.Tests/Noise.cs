using Tessera.Compute.Tensors;

namespace Tessera.Compute.Tests;

/// <summary>Seeded test data.</summary>
internal static class Noise
{
    /// <summary>Uniform in ±1.</summary>
    public static Matrix Matrix(int rows, int columns, int seed)
    {
        var random = new System.Random(seed);
        var matrix = new Matrix(rows, columns);
        foreach (ref float value in matrix.Span) value = (2f * random.NextSingle()) - 1f;
        return matrix;
    }

    public static int[] Indices(int count, int limit, int seed)
    {
        var random = new System.Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(limit))];
    }

    /// <summary>About <paramref name="perRow"/> entries a row; every third row is empty.</summary>
    public static CsrMatrix Sparse(int rows, int columns, int perRow, int seed)
    {
        var random = new System.Random(seed);
        var entries = new List<(int, int, float)>();
        for (int row = 0; row < rows; row++)
            for (int e = 0; e < perRow && row % 3 != 1 && columns > 0; e++)
                entries.Add((row, random.Next(columns), random.NextSingle() - 0.5f));
        return CsrMatrix.FromEntries(rows, columns, entries);
    }
}
