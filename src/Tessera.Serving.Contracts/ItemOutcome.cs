using System.Text.Json.Serialization;

namespace Tessera.Serving;

/// <summary>What became of a change to an item.</summary>
[JsonConverter(typeof(WordConverter<ItemOutcome>))]
public enum ItemOutcome
{
    /// <summary>There was no such item, and now there is.</summary>
    Created,

    /// <summary>The item differs, or is gone.</summary>
    Changed,

    /// <summary>There is no such item, so nothing changed.</summary>
    Missing,

    /// <summary>The item has another version than expected, so nothing changed.</summary>
    Conflict,
}
