namespace Tessera.Serving.Stores;

/// <summary>What transactions of one namespace wait for each other. SQLite has one writer and needs none of it.</summary>
internal enum Turn
{
    /// <summary>Waits for nothing.</summary>
    None,

    /// <summary>Adds what users did: beside each other, not beside <see cref="Users"/>.</summary>
    Append,

    /// <summary>Changes whose events are whose: alone, and not beside <see cref="Append"/>.</summary>
    Users,

    /// <summary>Changes items: one after the other.</summary>
    Items,

    /// <summary>Changes generations or jobs: one after the other.</summary>
    Models,
}
