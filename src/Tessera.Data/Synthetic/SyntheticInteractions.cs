using Tessera.Compute.Random;
using Tessera.Data.Splitting;

namespace Tessera.Data.Synthetic;

/// <summary>Draws who takes what, and splits it.</summary>
/// <param name="options">How many, and how.</param>
/// <param name="affinity">How well an item suits a user, popularity aside.</param>
internal sealed class SyntheticInteractions(SyntheticDatasetOptions options, Func<int, int, float> affinity)
{
    private const int MinInteractions = 5;

    /// <summary>Draws all interactions, splits those with warm items per user, and gives the cold items' to validation or test.</summary>
    public (Interactions Train, Interactions Validation, Interactions Test) Draw(Rng rng)
    {
        float[] logPopularity = DrawLogPopularity(rng.Stream("popularity"));
        int[] coldItems = DrawColdItems(rng.Stream("cold items"));
        var isCold = new bool[options.Items];
        foreach (int item in coldItems) isCold[item] = true;

        List<(int User, int Item)> pairs = DrawPairs(logPopularity, isCold, rng.Stream("interactions"));
        Interactions warm = Collect(pairs.Where(pair => !isCold[pair.Item]));
        (Interactions train, Interactions validation, Interactions test) = warm.Split(SplitRules.Random(rng.Stream("split")));
        HashSet<int> toValidation = [.. coldItems.Take(coldItems.Length / 2)];
        ILookup<bool, (int User, int Item)> cold = pairs.Where(pair => isCold[pair.Item]).ToLookup(pair => toValidation.Contains(pair.Item));
        return (train, Collect(validation.Pairs().Concat(cold[true])), Collect(test.Pairs().Concat(cold[false])));

        Interactions Collect(IEnumerable<(int User, int Item)> some) => Interactions.FromPairs(options.Users, options.Items, some);
    }

    private float[] DrawLogPopularity(Rng rng)
    {
        int[] ranks = [.. Enumerable.Range(1, options.Items)];
        rng.Shuffle(ranks);
        return [.. ranks.Select(rank => (float)(-options.PopularityExponent * Math.Log(rank)))];
    }

    private int[] DrawColdItems(Rng rng)
    {
        int[] items = [.. Enumerable.Range(0, options.Items)];
        rng.Shuffle(items);
        return items[..(int)Math.Round(options.ColdItemFraction * options.Items)];
    }

    /// <summary>
    /// Each user takes items in the order of log-weight plus Gumbel noise, which is drawing without replacement with
    /// probability ∝ weight, until enough warm ones are taken. An item nobody took goes to a user who suits it.
    /// </summary>
    private List<(int User, int Item)> DrawPairs(float[] logPopularity, bool[] isCold, Rng rng)
    {
        var pairs = new List<(int User, int Item)>();
        var keys = new float[options.Items];
        var items = new int[options.Items];
        var taken = new bool[options.Items];
        for (int user = 0; user < options.Users; user++)
        {
            for (int item = 0; item < keys.Length; item++)
            {
                items[item] = item;
                keys[item] = -(Preference(user, item) + logPopularity[item] + Gumbel(rng));
            }

            Array.Sort(keys, items);
            int warm = DrawCount(rng);
            for (int i = 0; i < items.Length && warm > 0; i++)
            {
                pairs.Add((user, items[i]));
                taken[items[i]] = true;
                if (!isCold[items[i]]) warm--;
            }
        }

        for (int item = 0; item < taken.Length; item++)
        {
            if (!taken[item]) pairs.Add((DrawUserFor(item, rng), item));
        }

        return pairs;
    }

    private float Preference(int user, int item) => (float)options.PreferenceStrength * affinity(user, item);

    private int DrawUserFor(int item, Rng rng) =>
        Enumerable.Range(0, options.Users).MaxBy(user => Preference(user, item) + Gumbel(rng));

    /// <summary>At least 5, the rest exponential, at most half of the items.</summary>
    private int DrawCount(Rng rng)
    {
        double rest = -(options.MeanInteractions - MinInteractions) * Math.Log(1 - rng.NextDouble());
        return (int)Math.Min(MinInteractions + Math.Round(rest), options.Items / 2);
    }

    private static float Gumbel(Rng rng) => -MathF.Log(-MathF.Log(1f - rng.NextSingle()) + float.Epsilon);
}
