using Tessera.Recommendation.Sampling;

namespace Tessera.Peer;

/// <summary>One of the two programs that do the same work: ours, or the same model in libtorch.</summary>
internal interface ISide : IDisposable
{
    /// <summary>Trains on a batch: loss, gradients, Adam. Returns the loss before it.</summary>
    double Step(Batch batch);

    /// <summary>Computes the final vectors from the current parameters, for <see cref="Evaluate"/>.</summary>
    void Represent();

    /// <summary>Recall@20 and NDCG@20 of validation, then of test, among all items.</summary>
    double[] Evaluate();
}
