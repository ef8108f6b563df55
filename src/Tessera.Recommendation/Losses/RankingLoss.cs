namespace Tessera.Recommendation.Losses;

/// <summary>What makes a model rank a user's items above others in training; s_ui is the dot product of final vectors.</summary>
public enum RankingLoss
{
    /// <summary>The model's own, as published: for most of them <c>mean -ln σ(s_ui - s_uj)</c>.</summary>
    Bpr,

    /// <summary>Binary cross-entropy, <c>mean -ln σ(s_ui) - ln σ(-s_uj)</c> over a batch's triples.</summary>
    Bce,

    /// <summary>Softmax over the training items j, <c>mean -ln(exp(s_ui/τ) / Σ_j exp(s_uj/τ))</c> over a batch's pairs.</summary>
    Softmax,

    /// <summary>The same with the cosines of the final vectors in place of s; the trained items' vectors have length 1, so that s ranks by the cosine, too.</summary>
    Cosine,
}
