namespace Tessera.Serving.Stores;

/// <summary>What a key lets its holder do, as numbers in the database.</summary>
[Flags]
internal enum KeyScopes
{
    None = 0,

    /// <summary>Ask for recommendations, items and histories.</summary>
    Read = 1,

    /// <summary>Send events and items.</summary>
    Write = 2,

    /// <summary>All else: models, keys, imports, erasures.</summary>
    Admin = 4,
}
