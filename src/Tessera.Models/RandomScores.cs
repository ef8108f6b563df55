namespace Tessera.Models;

/// <summary>The random baseline: each user has a ranking of the items that depends on nothing.</summary>
internal static class RandomScores
{
    private const int Dimensions = 32;

    /// <summary>Standard normal vectors of users and items.</summary>
    /// <param name="users">Number of users.</param>
    /// <param name="items">Number of items.</param>
    /// <param name="rng">Draws them.</param>
    public static Embeddings Embeddings(int users, int items, Rng rng)
    {
        ArgumentNullException.ThrowIfNull(rng);
        return new Embeddings(Draw(users, rng), Draw(items, rng));
    }

    private static Matrix Draw(int rows, Rng rng)
    {
        var matrix = new Matrix(rows, Dimensions);
        foreach (ref float value in matrix.Span) value = rng.NextGaussian();
        return matrix;
    }
}
