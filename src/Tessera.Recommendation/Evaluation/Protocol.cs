namespace Tessera.Recommendation.Evaluation;

/// <summary>Which items are masked at test time besides the training items.</summary>
public enum Protocol
{
    /// <summary>The validation items too: they are known by then.</summary>
    Strict,

    /// <summary>None: validation items stay candidates. This is how the MMRec toolkit computes published figures.</summary>
    Mmrec,
}
