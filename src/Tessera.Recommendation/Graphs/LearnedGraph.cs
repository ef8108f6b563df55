using Tessera.Compute.Autograd;
using Tessera.Compute.Ops;
using Tessera.Compute.Tensors;

namespace Tessera.Recommendation.Graphs;

/// <summary>A sparse graph whose weights are computed on a tape and may pass gradients on.</summary>
/// <param name="Pattern">Which entries there are; its own values do not matter.</param>
/// <param name="Weights">Their weights, <c>[entries x 1]</c>.</param>
internal readonly record struct LearnedGraph(CsrMatrix Pattern, Variable Weights)
{
    /// <summary>
    /// Each item's k nearest by cosine similarity, itself among them, weighted by that similarity, through which gradients reach the
    /// features; which items are the nearest is taken as given. Allocates the pattern.
    /// </summary>
    /// <param name="features">Features <c>[|I| x d]</c>.</param>
    /// <param name="missing">Items without features, <c>[|I|]</c>: they have themselves alone, and are nobody else's neighbors.</param>
    /// <param name="neighbors">k, 1 or more.</param>
    /// <param name="graphs">Finds the nearest, row block by row block.</param>
    public static LearnedGraph Nearest(Tape tape, Variable features, IReadOnlyList<bool> missing, int neighbors, NeighborGraphs graphs)
    {
        CsrMatrix pattern = graphs.Nearest(features.Value, missing, neighbors);
        Variable units = tape.NormalizeRows(features);
        return new LearnedGraph(pattern, tape.EdgeDots(pattern, units, units));
    }

    /// <summary>Sum of each row's weights, <c>[rows x 1]</c>.</summary>
    /// <param name="ones">A column of ones, as many as the graph has columns.</param>
    public Variable RowSums(Tape tape, Matrix ones) => tape.EdgeMatMul(Pattern, Weights, tape.Constant(ones));

    /// <summary><c>D^{-1/2} S D^{-1/2}</c>, with D given and used on both sides; 0 where D is not above 0.</summary>
    /// <param name="sums">D's diagonal, <c>[rows x 1]</c>.</param>
    public LearnedGraph Normalized(Tape tape, Variable sums)
    {
        Variable roots = tape.InverseSqrt(sums);
        return this with { Weights = tape.Multiply(Weights, tape.EdgeDots(Pattern, roots, roots)) };
    }

    /// <summary>The weights times a number.</summary>
    public LearnedGraph Scaled(Tape tape, float factor) => this with { Weights = tape.Scale(factor, Weights) };

    /// <summary>The weights times a 1 x 1 variable.</summary>
    public LearnedGraph Scaled(Tape tape, Variable factor) => this with { Weights = tape.MatMul(Weights, factor) };

    /// <summary><c>S X + addend</c>.</summary>
    /// <param name="addend">Shaped as the product, or null.</param>
    public Variable Propagate(Tape tape, Variable x, Variable? addend = null) =>
        tape.EdgeMatMul(Pattern, Weights, x, addend);
}
