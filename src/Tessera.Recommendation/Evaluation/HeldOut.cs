using Tessera.Data;

namespace Tessera.Recommendation.Evaluation;

/// <summary>Held-out interactions that a ranking should recover.</summary>
/// <param name="Name">Name in results, such as <c>test</c>.</param>
/// <param name="Relevant">The held-out interactions.</param>
/// <param name="AlsoMasked">Each user's items that are masked besides the training items, or null.</param>
/// <param name="Candidates">The only items to rank, ascending, all relevant ones among them; null for all items.</param>
public sealed record HeldOut(
    string Name, Interactions Relevant, Interactions? AlsoMasked = null, IReadOnlyList<int>? Candidates = null)
{
    /// <summary>The items that are cold, ascending, where warm and cold ones are measured apart besides; null where they are not.</summary>
    internal IReadOnlyList<int>? ColdItems { get; init; }

    /// <summary>Whether a user can be measured: with a training item to learn from and a held-out item to find.</summary>
    internal bool Measures(int user, Interactions train) => !train.ItemsOf(user).IsEmpty && !Relevant.ItemsOf(user).IsEmpty;

    /// <summary>Whether any user can be measured.</summary>
    internal bool MeasuresAny(Interactions train) => Enumerable.Range(0, train.Users).Any(user => Measures(user, train));

    /// <summary>
    /// The most candidates that a measured user has, 0 where there is none: at a cut-off of as many, every ranking finds all held-out items.
    /// </summary>
    internal int MostCandidates(Interactions train)
    {
        int[]? among = Candidates is null ? null : [.. Candidates];
        Interactions masked = among is null ? train : train.Among(among);
        Interactions? alsoMasked = among is null ? AlsoMasked : AlsoMasked?.Among(among);
        return Enumerable.Range(0, train.Users)
            .Where(user => Measures(user, train))
            .Select(user => (among?.Length ?? train.Items) - masked.ItemsOf(user).Length - (alsoMasked?.ItemsOf(user).Length ?? 0))
            .DefaultIfEmpty()
            .Max();
    }

    /// <summary>The validation split: only training items are masked, under either protocol.</summary>
    public static HeldOut Validation(Dataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return new HeldOut("validation", dataset.Validation) { ColdItems = dataset.ColdItems };
    }

    /// <summary>
    /// The split that a training run monitors: validation, ranked among all items, or, where items are held out whole so that
    /// none of validation occurs in training, among those of validation alone. Among all items, a model's bias toward the items it
    /// was trained on would hide the differences.
    /// </summary>
    /// <param name="coldItems"><see cref="Dataset.ColdItems"/>: where there are any, warm and cold items are measured apart besides.</param>
    internal static HeldOut Monitored(Interactions train, Interactions validation, IReadOnlyList<int>? coldItems = null)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(validation);
        if (coldItems is not null) return new HeldOut("validation", validation) { ColdItems = coldItems };
        return new HeldOut("validation", validation, Candidates: WhollyHeldOut(train, validation));
    }

    /// <summary>The test split ranked as <see cref="Monitored"/> ranks a validation split whose items are held out whole; null where test's are not.</summary>
    internal static HeldOut? TestAmongCold(Dataset dataset)
    {
        int[]? items = Monitored(dataset.Train, dataset.Validation, dataset.ColdItems).Candidates is null ? null : WhollyHeldOut(dataset.Train, dataset.Test);
        return items is null ? null : new HeldOut("test among cold", dataset.Test, Candidates: items);
    }

    /// <summary>The test split under a protocol.</summary>
    public static HeldOut Test(Dataset dataset, Protocol protocol)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return new HeldOut("test", dataset.Test, protocol == Protocol.Strict ? dataset.Validation : null) { ColdItems = dataset.ColdItems };
    }

    /// <summary>The items of a split, ascending, where there are some and none occurs in training; else null.</summary>
    private static int[]? WhollyHeldOut(Interactions train, Interactions split)
    {
        int[] trained = train.ItemCounts(), heldOut = split.ItemCounts();
        int[] items = [.. Enumerable.Range(0, split.Items).Where(item => heldOut[item] > 0)];
        return items.Length > 0 && items.All(item => trained[item] == 0) ? items : null;
    }
}
