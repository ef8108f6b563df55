using Tessera.Compute.Autograd;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Recommendation.Losses;
using Tessera.Recommendation.Sampling;

namespace Tessera.Recommendation.Recommenders;

/// <summary>
/// A trainable model: a loss to minimize batch by batch, and vectors for all users and items that score by dot product.
/// </summary>
public abstract class Recommender : IDisposable
{
    private readonly List<IDisposable> _owned = [];

    /// <summary>Keeps the inputs.</summary>
    /// <exception cref="InvalidInputException">
    /// The model's <see cref="RecommenderAttribute"/> says that it needs features and there is no modality.
    /// </exception>
    protected Recommender(RecommenderInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        Inputs = inputs;
        inputs.RequireFeaturesFor(GetType());
    }

    /// <summary>Everything the optimizer changes.</summary>
    public abstract IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>What else a checkpoint must hold for the model to continue, by name.</summary>
    public virtual IReadOnlyList<(string Name, Matrix Value)> Buffers => [];

    /// <summary>Names of the chunks of columns of the final vectors; empty where the columns have no such meaning.</summary>
    public virtual IReadOnlyList<string> Chunks => [];

    /// <summary>
    /// α_m, how much each modality counts where items are compared by content, by name and adding up to 1; null for the choice of
    /// <see cref="Graphs.ItemGraph.Weights"/>.
    /// </summary>
    protected internal virtual IReadOnlyDictionary<string, float>? ContentWeights => null;

    /// <summary>What the model learns from.</summary>
    protected RecommenderInputs Inputs { get; }

    /// <summary>
    /// The ranking loss that takes the place of the model's own in <see cref="Loss"/>, all other terms staying as they are; null to keep it. A model
    /// writes <c>ChosenLoss?.Of(tape, final, batch) ?? Bpr.Loss(…)</c>.
    /// </summary>
    protected internal ChosenLoss? ChosenLoss { get; internal set; }

    /// <summary>Called before an epoch's first batch.</summary>
    /// <param name="epoch">Number of the epoch, from 1. What a model does may depend only on this, its parameters and buffers.</param>
    public virtual void BeginEpoch(int epoch)
    {
    }

    /// <summary>The loss of a batch, a 1 x 1 variable.</summary>
    public abstract Variable Loss(Batch batch, Tape tape);

    /// <summary>The final vectors for evaluation and serving, from the current parameters.</summary>
    /// <param name="tape">A tape between two steps; it is left empty.</param>
    /// <returns>Vectors of their own, the caller's to dispose of.</returns>
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

    /// <summary><see cref="ContentVectors"/> as a matrix of the caller's, from the current parameters.</summary>
    /// <param name="tape">A tape between two steps; it is left empty.</param>
    internal Matrix? ComputeContentVectors(Tape tape, IReadOnlyList<Matrix> features) => Compute(tape, () => ContentVectors(tape, features));

    /// <summary><see cref="GatheredItems"/> as a matrix of the caller's, from the current parameters.</summary>
    /// <param name="tape">A tape between two steps; it is left empty.</param>
    internal Matrix? ComputeGatheredItems(Tape tape) => Compute(tape, () => GatheredItems(tape));

    /// <summary>Frees parameters, buffers and what the model owns.</summary>
    public void Dispose()
    {
        foreach (Parameter parameter in Parameters) parameter.Dispose();
        foreach ((_, Matrix buffer) in Buffers) buffer.Dispose();
        foreach (IDisposable owned in _owned) owned.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The final vectors on a tape that does not record; nothing random is applied.</summary>
    protected abstract Representation Forward(Tape tape);

    /// <summary>
    /// The part of items' final vectors that their features alone decide, <c>[n x d]</c>, which is all that an item has before anybody had it; null where
    /// there is no such part. On a tape that does not record.
    /// </summary>
    /// <param name="features">Features of n items, known to the model or not: <c>[n x D_m]</c> for each of the model's modalities, in their order.</param>
    /// <exception cref="InvalidInputException">The model's options make an item's vector depend on the other items' features.</exception>
    protected virtual Variable? ContentVectors(Tape tape, IReadOnlyList<Matrix> features) => null;

    /// <summary>
    /// What users gather from their items, <c>S [|I| x d]</c>: the user-item graph adds <c>Σ_{i of u} s_i / √(d_u d_i)</c> to the vector of a user u,
    /// before chunk weights, d being numbers of interactions. Null where vectors do not come about so. On a tape that does not record.
    /// </summary>
    protected virtual Variable? GatheredItems(Tape tape) => null;

    /// <summary>Has something that is neither parameter nor buffer disposed of with the model, and returns it.</summary>
    protected T Own<T>(T resource)
        where T : IDisposable
    {
        _owned.Add(resource);
        return resource;
    }

    private static Matrix? Compute(Tape tape, Func<Variable?> vectors)
    {
        tape.Reset();
        tape.Recording = false;
        try
        {
            return vectors()?.Value.Clone();
        }
        finally
        {
            tape.Recording = true;
            tape.Reset();
        }
    }
}
