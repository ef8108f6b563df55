using Tessera.Compute.Random;

namespace Tessera.Benchmarks;

/// <summary>Draws indices with given weights, with replacement, in the time of a binary search.</summary>
internal sealed class CumulativeWeights
{
    private readonly double[] _sums;

    /// <param name="count">Number of indices, 1 or more.</param>
    /// <param name="weight">Weight of an index, 0 or more, not all 0.</param>
    public CumulativeWeights(int count, Func<int, double> weight)
    {
        _sums = new double[count];
        double sum = 0;
        for (int i = 0; i < count; i++) _sums[i] = sum += weight(i);
    }

    /// <summary>An index with probability ∝ its weight.</summary>
    public int Draw(Rng rng)
    {
        int found = _sums.AsSpan().BinarySearch(rng.NextDouble() * _sums[^1]);
        return Math.Min(found < 0 ? ~found : found + 1, _sums.Length - 1);
    }
}
