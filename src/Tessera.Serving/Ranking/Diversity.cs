using System.Numerics.Tensors;
using Tessera.Recommendation.Live;
using Tessera.Recommendation.Runs;

namespace Tessera.Serving.Ranking;

/// <summary>
/// Maximal marginal relevance (Carbonell and Goldstein, 1998): one after the other, the item with the highest
/// <c>(1 - λ) ŝ_i - λ max_j cos(v_i, v_j)</c>, j being those taken before and ŝ scores from 0 to 1 among all there are to choose from. For k of n items of d
/// numbers: 2·k·n·d flops.
/// </summary>
internal static class Diversity
{
    /// <summary>How many to choose a page from.</summary>
    /// <param name="count">Items of the page.</param>
    public static int PoolOf(int count) => Math.Min(4 * count, count + 300);

    /// <summary>Chooses some of a list, best first.</summary>
    /// <param name="pool">The list, best first.</param>
    /// <param name="weight">λ, 0 to 1; 0 leaves the list as it is.</param>
    public static List<RankedScore> Choose(TrainedRun run, List<RankedScore> pool, int count, float weight)
    {
        if (pool.Count == 0) return pool;
        float[][] vectors = [.. pool.Select(one => Unit(run.ItemVectors.Row(one.Item)))];
        GC.KeepAlive(run); // what has copied its vectors no longer needs it
        float highest = pool[0].Score, spread = highest - pool[^1].Score;
        float[] relevance = [.. pool.Select(one => spread > 0 ? (1 - weight) * (1 - ((highest - one.Score) / spread)) : 0)];
        var likeness = new float[pool.Count]; // to the nearest of those taken; nothing is like nothing
        var isTaken = new bool[pool.Count];
        var chosen = new List<RankedScore>(count);
        while (chosen.Count < Math.Min(count, pool.Count))
        {
            int best = -1;
            float most = float.NegativeInfinity;
            for (int place = 0; place < pool.Count; place++)
            {
                float value = relevance[place] - (weight * likeness[place]);
                if (isTaken[place] || (best >= 0 && !(value > most))) continue;
                (best, most) = (place, value);
            }

            isTaken[best] = true;
            for (int place = 0; place < pool.Count; place++)
            {
                if (isTaken[place]) continue;
                float cosine = TensorPrimitives.Dot<float>(vectors[place], vectors[best]);
                likeness[place] = chosen.Count == 0 ? cosine : Math.Max(likeness[place], cosine);
            }

            chosen.Add(pool[best]);
        }

        return chosen;
    }

    private static float[] Unit(ReadOnlySpan<float> vector)
    {
        float[] unit = vector.ToArray();
        if (TensorPrimitives.Norm(vector) is > 0 and var length) TensorPrimitives.Divide(unit, length, unit);
        return unit;
    }
}
