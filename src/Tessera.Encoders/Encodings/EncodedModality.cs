using Tessera.Data.DatasetFolder;

namespace Tessera.Encoders.Encodings;

/// <summary>A modality that was encoded and written, or was there already.</summary>
public sealed class EncodedModality
{
    internal EncodedModality(FeatureManifestEntry entry, EncodingResult result) => (Entry, Result) = (entry, result);

    /// <summary>Name of the modality.</summary>
    public string Name => Entry.Name;

    /// <summary>Length of the vectors.</summary>
    public int Dimensions => Entry.Dimensions;

    /// <summary>Whether it was there already, made of the same contents by the same encoder, and was left as it is.</summary>
    public bool IsSkipped { get; internal init; }

    /// <summary>How it came about.</summary>
    public EncodingResult Result { get; }

    /// <summary>What the manifest says of it.</summary>
    internal FeatureManifestEntry Entry { get; }
}
