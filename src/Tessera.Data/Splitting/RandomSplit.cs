using Tessera.Compute.Random;

namespace Tessera.Data.Splitting;

/// <summary>The general protocol: each user's interactions at random, eight to training for one to validation and one to test.</summary>
/// <remarks>
/// A user with n ≥ 5 interactions gives max(1, n/10 rounded half up) of them to validation and as many to test, which leaves
/// at least 3 for training; a user with fewer keeps all for training.
/// </remarks>
public static class RandomSplit
{
    private const int MinToSplit = 5;

    /// <summary>How many of a user's interactions go to validation, and as many to test.</summary>
    public static int HeldOutOf(int interactions) => interactions < MinToSplit ? 0 : Math.Max(1, (interactions + 5) / 10);

    /// <summary>Splits interactions anew.</summary>
    public static (Interactions Train, Interactions Validation, Interactions Test) Of(Interactions all, Rng rng)
    {
        ArgumentNullException.ThrowIfNull(all);
        ArgumentNullException.ThrowIfNull(rng);
        List<(int User, int Item)> train = new(all.Count), validation = [], test = [];
        for (int user = 0; user < all.Users; user++)
        {
            int[] items = all.ItemsOf(user).ToArray();
            rng.Shuffle(items);
            int heldOut = HeldOutOf(items.Length);
            for (int i = 0; i < items.Length; i++)
            {
                List<(int User, int Item)> split = i < heldOut ? validation : i < 2 * heldOut ? test : train;
                split.Add((user, items[i]));
            }
        }

        return (Collect(train), Collect(validation), Collect(test));

        Interactions Collect(List<(int User, int Item)> pairs) => Interactions.FromPairs(all.Users, all.Items, pairs);
    }

    /// <summary>Splits all interactions of a data set, those of its three splits together, anew.</summary>
    public static Dataset Of(Dataset dataset, Rng rng)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        (Interactions train, Interactions validation, Interactions test) = Of(dataset.AllInteractions(), rng);
        return dataset.With(train, validation, test);
    }
}
