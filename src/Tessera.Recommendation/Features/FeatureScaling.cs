namespace Tessera.Recommendation.Features;

/// <summary>What is done to a modality's features before the model sees them. Statistics are those of the training items that have features.</summary>
public enum FeatureScaling
{
    /// <summary>They stay as they are, as in LIRDRec's paper.</summary>
    None,

    /// <summary>Each dimension is brought to mean 0 and standard deviation 1; a dimension that never changes becomes 0.</summary>
    Standardize,

    /// <summary>Each row is brought to Euclidean norm 1.</summary>
    L2,

    /// <summary>
    /// The principal directions take the place of the dimensions, each with mean 0 and standard deviation 1: at most 512 unless another number is
    /// asked for, without those whose variance is below 1e-4 of the largest.
    /// </summary>
    Whiten,
}
