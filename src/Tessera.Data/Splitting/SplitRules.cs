using Tessera.Compute.Random;
using Tessera.Data.EventLogs;

namespace Tessera.Data.Splitting;

/// <summary>The rules of the schemes, one user at a time.</summary>
internal static class SplitRules
{
    /// <summary>Label of a pair, as in an <c>.inter</c> file.</summary>
    public const byte Training = 0, Validation = 1, Test = 2;

    private const int MinToSplit = 5;

    /// <summary>Labels a user's pairs.</summary>
    /// <param name="pairs">The pairs by time, then by order of arrival.</param>
    /// <param name="labels">Receives the label of each, all <see cref="Training"/> before.</param>
    public delegate void Rule(ReadOnlySpan<Event> pairs, Span<byte> labels);

    /// <summary><see cref="SplitScheme.Random"/>; users come in their order.</summary>
    public static Rule Random(Rng rng) => (pairs, labels) =>
    {
        int heldOut = HeldOutOf(pairs.Length);
        int[] items = new int[pairs.Length], order = new int[pairs.Length];
        for (int i = 0; i < pairs.Length; i++) (items[i], order[i]) = (pairs[i].Item, i);
        Array.Sort(items, order);
        rng.Shuffle(order);
        for (int i = 0; i < 2 * heldOut; i++) labels[order[i]] = i < heldOut ? Validation : Test;
    };

    /// <summary><see cref="SplitScheme.LeaveOneOut"/>.</summary>
    public static void LeaveOneOut(ReadOnlySpan<Event> pairs, Span<byte> labels)
    {
        if (pairs.Length < 3) return;
        labels[^1] = Test;
        labels[^2] = Validation;
    }

    /// <summary><see cref="SplitScheme.TemporalUser"/>.</summary>
    public static void TemporalUser(ReadOnlySpan<Event> pairs, Span<byte> labels)
    {
        int heldOut = HeldOutOf(pairs.Length);
        labels[^heldOut..].Fill(Test);
        labels[^(2 * heldOut)..^heldOut].Fill(Validation);
    }

    /// <summary><see cref="SplitScheme.TemporalGlobal"/>.</summary>
    /// <param name="times">Times of all pairs, one or more.</param>
    public static Rule TemporalGlobal(List<long> times)
    {
        times.Sort();
        long lastTraining = times[UpTo(8) - 1], lastValidation = times[UpTo(9) - 1];
        return (pairs, labels) =>
        {
            for (int i = 0; i < pairs.Length; i++)
                labels[i] = pairs[i].Time <= lastTraining ? Training : pairs[i].Time <= lastValidation ? Validation : Test;
        };

        int UpTo(int tenths) => (int)((((long)times.Count * tenths) + 9) / 10);
    }

    /// <summary><see cref="SplitScheme.ColdItems"/>.</summary>
    /// <param name="items">Number of items.</param>
    /// <param name="validation">Items held out for validation.</param>
    /// <param name="test">Items held out for test.</param>
    public static Rule ColdItems(int items, int[] validation, int[] test)
    {
        var sides = new byte[items];
        foreach (int item in validation) sides[item] = Validation;
        foreach (int item in test) sides[item] = Test;
        return (pairs, labels) =>
        {
            for (int i = 0; i < pairs.Length; i++) labels[i] = sides[pairs[i].Item];
        };
    }

    /// <summary><see cref="SplitScheme.ColdMixed"/>; users come in their order.</summary>
    /// <inheritdoc cref="ColdItems"/>
    /// <param name="rng">Splits the pairs with the other items.</param>
    public static Rule ColdMixed(int items, int[] validation, int[] test, Rng rng)
    {
        Rule cold = ColdItems(items, validation, test), random = Random(rng);
        return (pairs, labels) =>
        {
            cold(pairs, labels);
            var warm = new List<int>();
            for (int i = 0; i < labels.Length; i++)
                if (labels[i] == Training) warm.Add(i);
            var warmPairs = new Event[warm.Count];
            for (int i = 0; i < warmPairs.Length; i++) warmPairs[i] = pairs[warm[i]];
            var warmLabels = new byte[warmPairs.Length];
            random(warmPairs, warmLabels);
            for (int i = 0; i < warmLabels.Length; i++) labels[warm[i]] = warmLabels[i];
        };
    }

    /// <summary><see cref="SplitScheme.None"/>.</summary>
    public static void None(ReadOnlySpan<Event> pairs, Span<byte> labels) => labels.Clear(); // to Training

    /// <summary>Splits interactions by a rule that looks at no times.</summary>
    public static (Interactions Train, Interactions Validation, Interactions Test) Split(this Interactions all, Rule rule)
    {
        List<(int User, int Item)>[] splits = [new(all.Count), [], []];
        for (int user = 0; user < all.Users; user++)
        {
            Event[] pairs = [.. all.ItemsOf(user).ToArray().Select(item => new Event(user, item, 0, float.NaN))];
            var labels = new byte[pairs.Length];
            rule(pairs, labels);
            for (int i = 0; i < pairs.Length; i++) splits[labels[i]].Add((user, pairs[i].Item));
        }

        return (Collect(Training), Collect(Validation), Collect(Test));

        Interactions Collect(byte label) => Interactions.FromPairs(all.Users, all.Items, splits[label]);
    }

    /// <summary>Splits a data set again: all interactions of its three splits together.</summary>
    public static Dataset Split(this Dataset dataset, Rule rule)
    {
        (Interactions train, Interactions validation, Interactions test) = dataset.AllInteractions().Split(rule);
        return dataset.WithSplits(train, validation, test);
    }

    /// <summary>How many of a user's pairs go to validation, and as many to test; see <see cref="SplitScheme.Random"/>.</summary>
    private static int HeldOutOf(int pairs) => pairs < MinToSplit ? 0 : Math.Max(1, (pairs + 5) / 10);
}
