using System.Globalization;

namespace Tessera.Data;

/// <summary>Interactions split into training, validation and test, with the items' modalities.</summary>
public sealed class Dataset
{
    /// <summary>Puts a data set together; all parts must agree on the number of users and items.</summary>
    /// <exception cref="ArgumentException">The parts disagree, or two modalities have one name.</exception>
    public Dataset(string name, Interactions train, Interactions validation, Interactions test, IReadOnlyList<Modality> modalities)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(validation);
        ArgumentNullException.ThrowIfNull(test);
        ArgumentNullException.ThrowIfNull(modalities);
        if ((train.Users, train.Items) != (validation.Users, validation.Items) || (train.Users, train.Items) != (test.Users, test.Items))
            throw new ArgumentException("Training, validation and test differ in their number of users or items.", nameof(validation));
        foreach (Modality modality in modalities)
        {
            if (modality.Features.Rows != train.Items)
                throw new ArgumentException($"Modality '{modality.Name}' has {modality.Features.Rows} rows for {train.Items} items.", nameof(modalities));
        }

        if (modalities.CountBy(modality => modality.Name).FirstOrDefault(named => named.Value > 1) is { Key: { } twice })
            throw new ArgumentException($"Two modalities are named '{twice}'; give each a name of its own.", nameof(modalities));
        Name = name;
        Train = train;
        Validation = validation;
        Test = test;
        Modalities = modalities;
    }

    /// <summary>Name of the data set, such as <c>baby</c>.</summary>
    public string Name { get; }

    /// <summary>Interactions to learn from.</summary>
    public Interactions Train { get; }

    /// <summary>Interactions to choose settings and the best epoch by.</summary>
    public Interactions Validation { get; }

    /// <summary>Interactions to report, looked at once.</summary>
    public Interactions Test { get; }

    /// <summary>Content of the items; any number of modalities, none included.</summary>
    public IReadOnlyList<Modality> Modalities { get; }

    /// <summary>The users' external ids, <c>[|U|]</c>, or null where the data set has none.</summary>
    /// <exception cref="ArgumentException">There are more or fewer than users.</exception>
    public IReadOnlyList<string>? UserIds
    {
        get;
        init => field = value is null || value.Count == Users ? value : throw new ArgumentException($"There are {value.Count:N0} ids for {Users:N0} users.", nameof(value));
    }

    /// <summary>The items' external ids, <c>[|I|]</c>, or null where the data set has none.</summary>
    /// <exception cref="ArgumentException">There are more or fewer than items.</exception>
    public IReadOnlyList<string>? ItemIds
    {
        get;
        init => field = value is null || value.Count == Items ? value : throw new ArgumentException($"There are {value.Count:N0} ids for {Items:N0} items.", nameof(value));
    }

    /// <summary>What people call the items, <c>[|I|]</c>, empty for an item without a title, read when first asked for; null where there are none.</summary>
    internal Lazy<IReadOnlyList<string>?> ItemTitles { get; init; } = new((IReadOnlyList<string>?)null);

    /// <summary>
    /// Items without a training interaction that validation and test hold beside others, ascending, where the split was made so that the two can be
    /// told apart (<see cref="Splitting.SplitScheme.ColdMixed"/>); else null.
    /// </summary>
    internal IReadOnlyList<int>? ColdItems { get; set; }

    /// <summary>
    /// Remarks on a data set read from files, one sentence each: merged duplicates, items without features, users left
    /// out of evaluation, …; empty where nothing is unusual.
    /// </summary>
    public IReadOnlyList<string> Notices { get; internal set; } = [];

    /// <summary>Number of users |U|.</summary>
    public int Users => Train.Users;

    /// <summary>Number of items |I|.</summary>
    public int Items => Train.Items;

    /// <summary>The external id of an item; its number where the data set has no ids.</summary>
    public string ItemId(int item) => ItemIds?[item] ?? item.ToString(CultureInfo.InvariantCulture);

    /// <summary><see cref="ItemId"/> of each item, <c>[|I|]</c>.</summary>
    internal IReadOnlyList<string> AllItemIds() => ItemIds ?? [.. Enumerable.Range(0, Items).Select(ItemId)];

    /// <summary>The interactions of the three splits together.</summary>
    public Interactions AllInteractions() =>
        Interactions.FromPairs(Users, Items, Train.Pairs().Concat(Validation.Pairs()).Concat(Test.Pairs()));

    /// <summary>The same users, items and modalities with other splits.</summary>
    /// <exception cref="ArgumentException">The parts disagree.</exception>
    public Dataset WithSplits(Interactions train, Interactions validation, Interactions test) =>
        new(Name, train, validation, test, Modalities) { UserIds = UserIds, ItemIds = ItemIds, ItemTitles = ItemTitles };

    /// <summary>The same interactions with some of the modalities, in the data set's order whatever the order of the names.</summary>
    /// <exception cref="InvalidInputException">A name is repeated or is not a modality of the data set.</exception>
    public Dataset WithModalities(IReadOnlyCollection<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        string known = Modalities.Count == 0 ? "it has none" : $"expected some of {string.Join(", ", Modalities.Select(m => m.Name))}";
        foreach (string name in names)
        {
            if (Modalities.All(modality => modality.Name != name))
                throw new InvalidInputException($"Data set '{Name}' has no modality '{name}'; {known}.");
        }

        if (names.Distinct().Count() < names.Count)
            throw new InvalidInputException($"The modalities {string.Join(", ", names)} name one twice; {known}, each once.");
        return new Dataset(Name, Train, Validation, Test, [.. Modalities.Where(modality => names.Contains(modality.Name))])
        {
            UserIds = UserIds,
            ItemIds = ItemIds,
            ItemTitles = ItemTitles,
            ColdItems = ColdItems,
        };
    }
}
