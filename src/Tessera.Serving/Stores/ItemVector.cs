namespace Tessera.Serving.Stores;

/// <summary>The features of an item by one modality.</summary>
/// <param name="Values">The vector.</param>
/// <param name="Source">What it was encoded from, such as a hash of content and encoder; null where the shop gave it ready.</param>
internal sealed record ItemVector(float[] Values, string? Source)
{
    /// <summary>
    /// Stands for one that could not be made of what the item is now, so that a later change tries again, and a model that learned from what the item was is not
    /// taken to know it. It is of no encoder.
    /// </summary>
    public static ItemVector NotEncoded { get; } = new([], "");

    /// <summary>Whether it has numbers.</summary>
    public bool IsEncoded => Values.Length > 0;
}
