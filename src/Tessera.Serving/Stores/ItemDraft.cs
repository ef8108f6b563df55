using System.Collections.ObjectModel;
using System.Text.Json.Nodes;

namespace Tessera.Serving.Stores;

/// <summary>What a shop says of an item.</summary>
/// <param name="Id">The item's id.</param>
internal sealed record ItemDraft(string Id)
{
    /// <summary>What people call it, or null.</summary>
    public string? Title { get; init; }

    /// <summary>What rules ask for, such as price and brand.</summary>
    public JsonObject Attributes { get; init; } = [];

    /// <summary>Its texts by field, such as a description.</summary>
    public IReadOnlyDictionary<string, string> Texts { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Where its image can be had, or null.</summary>
    public string? Image { get; init; }

    /// <summary>Whether it is left out of what is recommended.</summary>
    public bool Hidden { get; init; }
}
