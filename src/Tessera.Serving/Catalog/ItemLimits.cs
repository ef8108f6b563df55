using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Serving.Stores;

namespace Tessera.Serving.Catalog;

/// <summary>How much a shop may say of an item: attributes are in memory, a column each.</summary>
internal static class ItemLimits
{
    private const int MaxAttributes = 100, MaxTexts = 100, MaxName = 100, MaxText = 100_000;

    /// <exception cref="InvalidInputException">It is too much.</exception>
    public static void Require(ItemDraft item)
    {
        Require(item.Id, "attributes", item.Attributes.Count, MaxAttributes);
        Require(item.Id, "texts", item.Texts.Count, MaxTexts);
        foreach (string name in item.Attributes.Select(attribute => attribute.Key).Concat(item.Texts.Keys))
            Require(item.Id, $"characters in the name {SourceText.Quoted(name)}", name.Length, MaxName);
        foreach ((string name, string text) in item.Texts) Require(item.Id, $"characters in the text {SourceText.Quoted(name)}", text.Length, MaxText);
    }

    private static void Require(string item, string what, int count, int most)
    {
        if (count > most) throw new InvalidInputException($"The item {SourceText.Quoted(item)} has {count:N0} {what}; expected {most:N0} at most.");
    }
}
