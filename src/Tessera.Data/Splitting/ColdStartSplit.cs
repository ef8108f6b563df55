using Tessera.Compute.Random;

namespace Tessera.Data.Splitting;

/// <summary>
/// The cold-start protocol: items chosen at random are held out of training with all their interactions, half of them for
/// validation, half for test.
/// </summary>
/// <param name="Dataset">The data set split so; a user whose items are all held out has nothing in training.</param>
/// <param name="ValidationItems">Items whose interactions are all in validation, ascending.</param>
/// <param name="TestItems">Items whose interactions are all in test, ascending.</param>
internal sealed record ColdStartSplit(Dataset Dataset, IReadOnlyList<int> ValidationItems, IReadOnlyList<int> TestItems)
{
    /// <summary>Splits all interactions of a data set, those of its three splits together, by item.</summary>
    /// <inheritdoc cref="ChooseItems"/>
    public static ColdStartSplit Of(Dataset dataset, Rng rng, double heldOut = 0.2)
    {
        (int[] validation, int[] test) = ChooseItems(dataset.Items, rng, heldOut);
        return new ColdStartSplit(dataset.Split(SplitRules.ColdItems(dataset.Items, validation, test)), validation, test);
    }

    /// <summary>Splits all interactions of a data set as <see cref="SplitScheme.ColdMixed"/> does.</summary>
    public static Dataset Mixed(Dataset dataset, Rng rng)
    {
        (int[] validation, int[] test) = ChooseItems(dataset.Items, rng);
        Dataset split = dataset.Split(SplitRules.ColdMixed(dataset.Items, validation, test, rng));
        split.ColdItems = [.. validation.Concat(test).Order()];
        return split;
    }

    /// <summary>Chooses the items to hold out.</summary>
    /// <param name="items">Number of items, at least 2 to hold out and 1 to keep.</param>
    /// <param name="rng">Chooses.</param>
    /// <param name="heldOut">Share of the items held out, above 0 and below 1; 0.2 in the paper.</param>
    /// <returns>The items of each split, ascending.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The share leaves validation, test or training without an item.</exception>
    public static (int[] Validation, int[] Test) ChooseItems(int items, Rng rng, double heldOut = 0.2)
    {
        int held = heldOut is > 0 and < 1 ? (int)Math.Round(heldOut * items) : 0;
        if (held < 2 || held >= items)
        {
            throw new ArgumentOutOfRangeException(
                nameof(heldOut),
                heldOut,
                $"Holding out this share of {items} items leaves a split without items; expected at least 2 held out and 1 kept.");
        }

        int[] order = [.. Enumerable.Range(0, items)];
        rng.Shuffle(order);
        return ([.. order.Take(held / 2).Order()], [.. order.Take(held).Skip(held / 2).Order()]);
    }
}
