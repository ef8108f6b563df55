namespace Tessera.Data.EventLogs;

/// <summary>What the source says about an item: a line of <c>items.jsonl</c>.</summary>
/// <param name="Id">The item's external id.</param>
/// <param name="Texts">Texts by field (title, description, …), in the source's order; empty where it says nothing.</param>
/// <param name="Image">Absolute path or address of the picture, or null where there is none.</param>
internal sealed record ItemRecord(string Id, IReadOnlyDictionary<string, string> Texts, string? Image)
{
    /// <summary>Number of the item, from 0, where the record comes from a table; -1 where it does not.</summary>
    public int Item { get; init; } = -1;

    /// <summary>Whether anything is known of the item but its name.</summary>
    public bool HasContent => Texts.Count > 0 || Image is not null;

    /// <summary>An item with nothing known but its name.</summary>
    public static ItemRecord Unknown(string id) => new(id, new Dictionary<string, string>(), null);
}
