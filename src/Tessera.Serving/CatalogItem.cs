using System.Collections.ObjectModel;

namespace Tessera.Serving;

/// <summary>What a shop says of an item.</summary>
/// <param name="Id">Its id, 1 to 1,000 characters without control characters, and no more than 2,000 bytes in UTF-8.</param>
public sealed record CatalogItem(string Id)
{
    /// <summary>What people call it, or null.</summary>
    public string? Title { get; init; }

    /// <summary>What rules ask for, such as price and brand.</summary>
    public IReadOnlyDictionary<string, AttributeValue> Attributes { get; init; } = ReadOnlyDictionary<string, AttributeValue>.Empty;

    /// <summary>Its texts by field, such as a description.</summary>
    public IReadOnlyDictionary<string, string> Texts { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Where people see its image, or null; nothing is fetched from there.</summary>
    public string? ImageAddress { get; init; }

    /// <summary>Whether it is left out of what is recommended.</summary>
    public bool Hidden { get; init; }
}
