namespace Tessera.Serving.Stores;

/// <summary>The features of an item by one modality.</summary>
/// <param name="Values">The vector.</param>
/// <param name="Source">What it was encoded from, such as a hash of content and encoder; null where the shop gave it ready.</param>
internal sealed record ItemVector(float[] Values, string? Source);
