namespace Tessera.Serving.Stores;

/// <summary>Vectors that were made of an item.</summary>
/// <param name="Item">The item's id.</param>
/// <param name="Version">The version that they were made of; null for any.</param>
/// <param name="Vectors">By modality; null removes a modality's.</param>
internal sealed record VectorChange(string Item, long? Version, IReadOnlyDictionary<string, ItemVector?> Vectors);
