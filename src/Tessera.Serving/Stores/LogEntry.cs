namespace Tessera.Serving.Stores;

/// <summary>One change to what a model in memory knows.</summary>
/// <param name="Position">Later changes have higher ones. There are gaps.</param>
internal abstract record LogEntry(long Position)
{
    /// <summary>A user did something.</summary>
    public sealed record EventAdded(long Position, UserEvent Event) : LogEntry(Position);

    /// <summary>An item is new or differs. Of an item only the latest such entry is kept, so read the item as it is now.</summary>
    public sealed record ItemChanged(long Position, string Item) : LogEntry(Position);

    /// <summary>An item is gone.</summary>
    public sealed record ItemDeleted(long Position, string Item) : LogEntry(Position);

    /// <summary>What one user did is another's from here on. Earlier entries of events may name the latter already.</summary>
    public sealed record UsersMerged(long Position, string From, string Into) : LogEntry(Position);

    /// <summary>Users are to be forgotten, who are those with these hashes; see <see cref="Store.HashOf"/>.</summary>
    public sealed record UserErased(long Position, IReadOnlyList<string> Hashes) : LogEntry(Position);

    /// <summary>Another generation is champion or challenger, or gets another share of the traffic.</summary>
    public sealed record ModelsChanged(long Position) : LogEntry(Position);
}
