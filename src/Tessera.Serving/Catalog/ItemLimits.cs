using System.Text.Json;
using System.Text.Json.Nodes;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Serving.Filters;
using Tessera.Serving.Stores;

namespace Tessera.Serving.Catalog;

/// <summary>What a shop may say of an item, and how much: attributes are in memory, a column each.</summary>
internal static class ItemLimits
{
    private const int MaxAttributes = 100, MaxTexts = 100, MaxName = 100, MaxTitle = 10_000, MaxText = 100_000, MaxValue = 1000, MaxValues = 1000, MaxNames = 1000;

    /// <param name="vectors">Those that come along, or null.</param>
    /// <exception cref="InvalidInputException">It is too much, or null where something is to be.</exception>
    public static void Require(ItemDraft item, IReadOnlyDictionary<string, float[]>? vectors)
    {
        if (item.Texts.FirstOrDefault(text => text.Value is null) is { Key: { } nullText }) throw Null(item.Id, "text", nullText);
        if (vectors?.FirstOrDefault(vector => vector.Value is null) is { Key: { } nullVector }) throw Null(item.Id, "vector", nullVector);
        Require(item.Id, "attributes", item.Attributes.Count, MaxAttributes);
        Require(item.Id, "texts", item.Texts.Count, MaxTexts);
        foreach (string name in item.Attributes.Select(attribute => attribute.Key).Concat(item.Texts.Keys))
            Require(item.Id, $"characters in the name {SourceText.Quoted(name)}", name.Length, MaxName);
        Require(item.Id, "characters in its title", item.Title?.Length ?? 0, MaxTitle);
        Require(item.Id, "characters in the address of its image", item.Image?.Length ?? 0, MaxTitle);
        foreach ((string name, JsonNode? value) in item.Attributes)
        {
            JsonNode?[] values = value is JsonArray several ? [.. several] : [value];
            Require(item.Id, $"texts in the attribute {SourceText.Quoted(name)}", values.Length, MaxValues);
            foreach (JsonNode? one in values)
                if (one?.GetValueKind() == JsonValueKind.String) Require(item.Id, $"characters in a text of the attribute {SourceText.Quoted(name)}", one.GetValue<string>().Length, MaxValue);
        }

        foreach ((string name, string text) in item.Texts) Require(item.Id, $"characters in the text {SourceText.Quoted(name)}", text.Length, MaxText);
    }

    /// <summary>Refuses attributes of new names beyond what memory has room for, a column of all items each.</summary>
    /// <param name="known">The attributes that items have.</param>
    /// <exception cref="InvalidInputException">There are too many.</exception>
    public static void RequireRoom(ItemDraft item, IReadOnlyDictionary<string, AttributeColumn> known)
    {
        string[] added = [.. item.Attributes.Select(attribute => attribute.Key).Where(name => !known.ContainsKey(name))];
        if (added.Length > 0 && known.Count + added.Length > MaxNames)
        {
            throw new InvalidInputException(
                $"The item {SourceText.Quoted(item.Id)} has the attribute {SourceText.Quoted(added[0])}, which no other has, beside {known.Count:N0} of other names; "
                + $"expected {MaxNames:N0} names at most in all, so give the attribute a name that many items share, or put it among the texts.");
        }
    }

    private static InvalidInputException Null(string item, string kind, string name) =>
        new($"The {kind} {SourceText.Quoted(name)} of item {SourceText.Quoted(item)} is null; expected one, so leave it out where there is none.");

    private static void Require(string item, string what, int count, int most)
    {
        if (count > most) throw new InvalidInputException($"The item {SourceText.Quoted(item)} has {count:N0} {what}; expected {most:N0} at most.");
    }
}
