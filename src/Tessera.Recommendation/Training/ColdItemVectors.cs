namespace Tessera.Recommendation.Training;

/// <summary>Where the final vectors of items without a training interaction come from.</summary>
public enum ColdItemVectors
{
    /// <summary>From the model, as those of all items.</summary>
    Own,

    /// <summary>From the items with training interactions that are nearest by content.</summary>
    Neighbors,
}
