using Tessera.Compute.Autograd;
using Tessera.Compute.Ops;
using Tessera.Compute.Tensors;
using Tessera.Recommendation.Recommenders;

namespace Tessera.Recommendation.Graphs;

/// <summary>Propagation of users and items over the user-item graph.</summary>
internal static class GraphConvolution
{
    /// <summary>The mean over layers, <c>Z = 1/(L+1) Σ_{l=0..L} S^l [U; I]</c> (X. He et al., LightGCN, 2020).</summary>
    /// <param name="graph">S, <c>[|U| + |I| x |U| + |I|]</c>.</param>
    /// <param name="users">U, <c>[|U| x d]</c>.</param>
    /// <param name="items">I, <c>[|I| x d]</c>.</param>
    /// <param name="layers">L, 0 or more.</param>
    public static Representation PropagateMean(this Tape tape, CsrMatrix graph, Variable users, Variable items, int layers)
    {
        Variable z = tape.PropagateMean(graph, tape.ConcatRows(users, items), layers);
        return new Representation(tape.Rows(z, 0, users.Rows), tape.Rows(z, users.Rows, items.Rows));
    }

    /// <summary>
    /// Of the users' part of <see cref="PropagateMean"/> what they gather from their items, <c>1/(L+1) Σ_{l=0..L-1}</c> of the items' part of <c>S^l [U; I]</c>, as
    /// <see cref="Recommender.GatheredItems"/> has it; null without layers.
    /// </summary>
    public static Variable? GatheredByMean(this Tape tape, CsrMatrix graph, Variable users, Variable items, int layers) => layers == 0 ? null
        : tape.Scale(layers / (layers + 1f), tape.PropagateMean(graph, users, items, layers - 1).Items);

    /// <summary><c>S^L X + addend</c>.</summary>
    /// <param name="graph">S, square.</param>
    /// <param name="layers">L, 0 or more.</param>
    /// <param name="addend">Shaped as X, or null.</param>
    public static Variable PropagatePower(this Tape tape, CsrMatrix graph, Variable x, int layers, Variable? addend = null)
    {
        for (int layer = 1; layer < layers; layer++) x = tape.SparseMatMul(graph, x);
        if (layers > 0) return tape.SparseMatMul(graph, x, addend);
        return addend is null ? x : tape.Add(x, addend);
    }
}
