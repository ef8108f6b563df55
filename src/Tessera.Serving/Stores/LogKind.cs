namespace Tessera.Serving.Stores;

/// <summary>The kinds of <see cref="LogEntry"/>, as numbers in the database.</summary>
internal enum LogKind
{
    Event = 1,
    Item = 2,
    ItemDeleted = 3,
    Merge = 4,
    Erasure = 5,
    Models = 6,
}
