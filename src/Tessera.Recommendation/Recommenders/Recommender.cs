using Tessera.Compute.Autograd;
using Tessera.Compute.Tensors;
using Tessera.Recommendation.Sampling;

namespace Tessera.Recommendation.Recommenders;

/// <summary>
/// A trainable model: a loss to minimize batch by batch, and vectors for all users and items that score by dot product.
/// </summary>
public abstract class Recommender : IDisposable
{
    /// <summary>Everything the optimizer changes.</summary>
    public abstract IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>What else a checkpoint must hold for the model to continue, by name.</summary>
    public virtual IReadOnlyList<(string Name, Matrix Value)> Buffers => [];

    /// <summary>Names of the chunks of columns of the final vectors; empty where the columns have no such meaning.</summary>
    public virtual IReadOnlyList<string> Chunks => [];

    /// <summary>Called before an epoch's first batch.</summary>
    /// <param name="epoch">Number of the epoch, from 1. What a model does may depend only on this, its parameters and buffers.</param>
    public virtual void BeginEpoch(int epoch)
    {
    }

    /// <summary>The loss of a batch, a 1 x 1 variable.</summary>
    public abstract Variable Loss(Batch batch, Tape tape);

    /// <summary>The final vectors for evaluation and serving, from the current parameters.</summary>
    /// <param name="tape">A tape between two steps; it is left empty.</param>
    public Embeddings ComputeEmbeddings(Tape tape)
    {
        ArgumentNullException.ThrowIfNull(tape);
        tape.Reset();
        tape.Recording = false;
        try
        {
            Representation representation = Forward(tape);
            return new Embeddings(
                representation.Users.Value.Clone(),
                representation.Items.Value.Clone(),
                Chunks,
                representation.ChunkWeights?.Value.Clone());
        }
        finally
        {
            tape.Recording = true;
            tape.Reset();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>The final vectors on a tape that does not record; nothing random is applied.</summary>
    protected abstract Representation Forward(Tape tape);

    /// <summary>Frees parameters and buffers.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing) return;
        foreach (Parameter parameter in Parameters) parameter.Dispose();
        foreach ((_, Matrix buffer) in Buffers) buffer.Dispose();
    }
}
