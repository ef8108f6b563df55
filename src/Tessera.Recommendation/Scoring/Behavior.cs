namespace Tessera.Recommendation.Scoring;

/// <summary>Whose scores a model's are corrected by: those of an item-based model, which knows nothing but who had what.</summary>
public enum Behavior
{
    /// <summary>The model's scores stay as they are.</summary>
    None,

    /// <summary>EASE.</summary>
    Ease,

    /// <summary>The cosines of items' users.</summary>
    ItemKnn,
}
