using System.Collections.Immutable;
using Tessera.Compute.Tensors;

namespace Tessera.Recommendation.Runs;

/// <summary>
/// What came to a run after training: items, and what users did since. It never changes: whoever adds makes another one, and those who read keep theirs.
/// New items are numbered after those of the run, new users after its users.
/// </summary>
internal sealed record Additions
{
    /// <summary>Nothing.</summary>
    public static Additions None { get; } = new();

    /// <summary>The new items in order.</summary>
    public ImmutableList<AddedItem> Items { get; init; } = [];

    /// <summary>New titles of items of the run, by number.</summary>
    public ImmutableDictionary<int, string> Titles { get; init; } = ImmutableDictionary<int, string>.Empty;

    /// <summary>Numbers of the new items by id.</summary>
    public ImmutableDictionary<string, int> ItemNumbers { get; init; } = ImmutableDictionary<string, int>.Empty;

    /// <summary>The vectors of all items, old and new, in which those of <see cref="Placed"/> stand; null where none was placed.</summary>
    public Matrix? Vectors { get; init; }

    /// <summary>What owns the memory of <see cref="Vectors"/>, which has room for more rows.</summary>
    public Matrix? Room { get; init; }

    /// <summary>Where content put an item, by number: the new ones, and those of the run whose features changed.</summary>
    public ImmutableSortedDictionary<int, PlacedItem> Placed { get; init; } = ImmutableSortedDictionary<int, PlacedItem>.Empty;

    /// <summary>Items that are not recommended for the time being.</summary>
    public ImmutableHashSet<int> Hidden { get; init; } = [];

    /// <summary>Items that are gone, whose ids are free again.</summary>
    public ImmutableHashSet<int> Removed { get; init; } = [];

    /// <summary>Ids of the new users in order.</summary>
    public ImmutableList<string> Users { get; init; } = [];

    /// <summary>Numbers of the new users by id.</summary>
    public ImmutableDictionary<string, int> UserNumbers { get; init; } = ImmutableDictionary<string, int>.Empty;

    /// <summary>Users who are strangers again, of whom nothing is known any more; what is saved does not have them.</summary>
    public ImmutableHashSet<int> Forgotten { get; init; } = [];

    /// <summary>What users did since training, by number.</summary>
    public ImmutableDictionary<int, UserNews> News { get; init; } = ImmutableDictionary<int, UserNews>.Empty;

    /// <summary>What tells the saved additions that these come from, from those of another time; null where none were saved.</summary>
    public string? Saved { get; init; }

    /// <summary>Whether an item may be recommended.</summary>
    public bool Shows(int item) => !Hidden.Contains(item) && !Removed.Contains(item);
}

/// <summary>An item that came after training.</summary>
/// <param name="Id">Its external id.</param>
/// <param name="Title">What people call it, or null.</param>
internal sealed record AddedItem(string Id, string? Title);

/// <summary>Where content put an item.</summary>
/// <param name="Gathered">s, what users gather from it, <c>[d]</c>; null where that is its vector.</param>
/// <param name="Degree">Number of users that it counts with.</param>
internal sealed record PlacedItem(float[]? Gathered, float Degree)
{
    /// <summary>What was given of it after training, by modality, as <see cref="Live.NewItem.Features"/>: a later update leaves alone what it does not give.</summary>
    public IReadOnlyDictionary<string, float[]> Features { get; init; } = ImmutableDictionary<string, float[]>.Empty;
}

/// <summary>What a user did since training.</summary>
/// <param name="Items">The items, none of which the user had in training.</param>
/// <param name="Vector">The user's vector, <c>[d]</c>.</param>
internal sealed record UserNews(ImmutableArray<int> Items, float[] Vector);
