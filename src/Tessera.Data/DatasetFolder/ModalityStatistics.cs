namespace Tessera.Data.DatasetFolder;

/// <summary>Size of one modality.</summary>
/// <param name="Name">Name of the modality.</param>
/// <param name="Dimensions">Number of feature dimensions.</param>
/// <param name="Missing">Number of items without features.</param>
/// <param name="Encoder">What made the features, or null where nothing says.</param>
public sealed record ModalityStatistics(string Name, int Dimensions, int Missing, string? Encoder = null);
