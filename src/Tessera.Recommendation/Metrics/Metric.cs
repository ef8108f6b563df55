namespace Tessera.Recommendation.Metrics;

/// <summary>The ranking metrics of the field, each cut off at a number K of best items.</summary>
public enum Metric
{
    /// <summary>Held-out items found among the K best, divided by the held-out items.</summary>
    Recall,

    /// <summary>Normalized discounted cumulative gain with gain 1 for a held-out item (Järvelin and Kekäläinen, 2002).</summary>
    Ndcg,

    /// <summary>Held-out items found among the K best, divided by K.</summary>
    Precision,

    /// <summary>Average precision, whose mean over the users is MAP.</summary>
    Map,
}
