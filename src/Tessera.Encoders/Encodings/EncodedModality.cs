using Tessera.Data.DatasetFolder;

namespace Tessera.Encoders.Encodings;

/// <summary>A modality that was encoded and written.</summary>
/// <param name="Entry">What the manifest says of it.</param>
/// <param name="Result">How it came about.</param>
public sealed record EncodedModality(FeatureManifestEntry Entry, EncodingResult Result);
