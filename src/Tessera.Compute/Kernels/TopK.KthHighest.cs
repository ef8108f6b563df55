using System.Runtime.CompilerServices;

namespace Tessera.Compute.Kernels;

/// <content>The k-th highest of a few numbers.</content>
internal static partial class TopK
{
    /// <summary>Finds the k-th highest by partitioning; NaN counts as −∞. The numbers change places.</summary>
    private static float KthHighest(Span<float> values, int k)
    {
        foreach (ref float value in values)
        {
            if (float.IsNaN(value))
                value = float.NegativeInfinity;
        }

        while (true)
        {
            float pivot = Median(values[0], values[values.Length / 2], values[^1]);
            int higher = MoveHigher(values, pivot);
            if (k <= higher)
            {
                values = values[..higher];
                continue;
            }

            if (float.IsNegativeInfinity(pivot))
                return pivot;
            int reaching = higher + MoveHigher(values[higher..], ScoreBelow(pivot));
            if (k <= reaching)
                return pivot;
            values = values[reaching..];
            k -= reaching;
        }
    }

    /// <summary>Moves the numbers above a limit to the front, without branches, which no processor could predict, and counts them.</summary>
    private static int MoveHigher(Span<float> values, float limit)
    {
        int count = 0;
        foreach (ref float value in values)
        {
            float current = value;
            value = values[count];
            values[count] = current;
            count += Unsafe.BitCast<bool, byte>(current > limit);
        }

        return count;
    }

    private static float Median(float a, float b, float c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
