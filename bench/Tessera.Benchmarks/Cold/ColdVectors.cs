using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Models;
using Tessera.Recommendation;
using Tessera.Recommendation.Graphs;
using Tessera.Recommendation.Recommenders;

namespace Tessera.Benchmarks.Cold;

/// <summary>The ways to vectors of cold items that are compared, each a name and a table of all items' final vectors.</summary>
internal sealed class ColdVectors(Device device, Dataset data, IReadOnlyList<Modality> modalities, Recommender model, NeighborGraphs graphs, bool inductive)
{
    private static readonly float[] Factors = [1.25f, 1.5f, 2, 3];
    private readonly Dictionary<int, WarmNeighbors> _neighbors = new[] { 5, 10, 20 }.ToDictionary(
        k => k, k => WarmNeighbors.Find(modalities, model.ContentWeights, data.Train, k, graphs));

    private readonly CsrMatrix? _userItemGraph = model is LirdRec ? BipartiteGraph.Normalized(data.Train) : null;
    private readonly CsrMatrix? _itemGraph = model is LirdRec ? ItemGraph.Frozen(modalities, model.ContentWeights, 10, graphs) : null;

    /// <summary>The tables after an epoch, one after the other; each is free once the next is asked for.</summary>
    /// <param name="learned">The model's final vectors.</param>
    /// <param name="content">What it makes of features alone, or null.</param>
    public IEnumerable<(string Variant, Matrix Items)> Of(Embeddings learned, Matrix? content)
    {
        using Matrix own = learned.Items.Clone();
        if (inductive && content is not null)
            foreach (int item in _neighbors[10].Items) content.Row(item).CopyTo(own.Row(item));
        yield return ("own", own);
        foreach (float factor in Factors)
        {
            using Matrix scaled = Scaled(own, factor);
            yield return ($"own x {factor}", scaled);
        }

        using (Matrix stretched = Stretched(own, own)) yield return ("own, as long as neighbors", stretched);
        using (Matrix imputed = Imputed(own, content, 10, ofNeighbors: 1, ofOwn: 1))
        {
            using (Matrix stretched = Stretched(imputed, own)) yield return ("neighbors, as long as they", stretched);
            foreach (float factor in Factors)
            {
                using Matrix scaled = Scaled(imputed, factor);
                yield return ($"neighbors x {factor}", scaled);
            }
        }

        foreach ((int k, string name) in new[] { (10, "neighbors"), (5, "neighbors, k 5"), (20, "neighbors, k 20") })
        {
            using Matrix imputed = Imputed(own, content, k, ofNeighbors: 1, ofOwn: 1);
            yield return (name, imputed);
        }

        if (content is null) yield break;
        foreach (float share in new[] { 0f, 0.5f, 1f })
        {
            using Matrix blend = Imputed(own, content, 10, ofNeighbors: 0, ofOwn: share);
            yield return ($"neighbors' vectors + {share} o", blend);
        }

        if (model is not LirdRec) yield break;
        using Matrix before = BeforeItemGraph(content);
        yield return ("neighbors before the item graph", before);
    }

    private Matrix Scaled(Matrix items, float factor)
    {
        Matrix scaled = items.Clone();
        foreach (int item in _neighbors[10].Items)
            foreach (ref float value in scaled.Row(item)) value *= factor;
        return scaled;
    }

    /// <summary><c>v_i Σ_j p_ij ‖w_j‖ / ‖v_i‖</c></summary>
    private Matrix Stretched(Matrix items, Matrix own)
    {
        Matrix stretched = items.Clone();
        (int[] cold, CsrMatrix weights) = _neighbors[10];
        for (int n = 0; n < cold.Length; n++)
        {
            double length = 0;
            for (int j = 0; j < weights.RowColumns(n).Length; j++) length += weights.RowValues(n)[j] * Norm(own.Row(weights.RowColumns(n)[j]));
            double norm = Norm(stretched.Row(cold[n]));
            if (norm == 0) continue;
            foreach (ref float value in stretched.Row(cold[n])) value *= (float)(length / norm);
        }

        return stretched;

        static double Norm(ReadOnlySpan<float> vector)
        {
            double sum = 0;
            foreach (float value in vector) sum += (double)value * value;
            return Math.Sqrt(sum);
        }
    }

    /// <summary><c>v_i = a o_i + Σ_j p_ij (v_j - b o_j)</c></summary>
    private Matrix Imputed(Matrix own, Matrix? content, int k, float ofNeighbors, float ofOwn)
    {
        WarmNeighbors neighbors = _neighbors[k];
        Matrix result = own.Clone();
        using Matrix source = own.Clone(), imputed = new(neighbors.Items.Length, own.Columns);
        if (content is not null) device.Combine(1f, own, -ofNeighbors, content, source);
        device.SparseMatMul(neighbors.Weights, source, null, imputed);
        for (int n = 0; n < neighbors.Items.Length; n++)
        {
            int item = neighbors.Items[n];
            for (int c = 0; c < own.Columns; c++) result[item, c] = imputed[n, c] + (content is null ? 0 : ofOwn * content[item, c]);
        }

        return result;
    }

    /// <summary>The same of the vectors Z before eq. (17), then <c>Z + S Z</c> by the graph of all items.</summary>
    private Matrix BeforeItemGraph(Matrix content)
    {
        int users = data.Users, items = data.Items, width = content.Columns;
        Parameter[] preferences = [.. model.Parameters.Where(parameter => parameter.Name.StartsWith("preference.", StringComparison.Ordinal))];
        using Matrix layer = new(users + items, width), next = new(users + items, width), sum = new(users + items, width), norms = new(users, 1);
        for (int chunk = 0; chunk < preferences.Length; chunk++) device.NormalizeRows(preferences[chunk].Value, layer, 0, chunk * preferences[chunk].Value.Columns, norms);
        device.CopyBlock(content, 0, 0, layer, users, 0, items, width);
        sum.CopyFrom(layer);
        for (int l = 0; l < 2; l++)
        {
            device.SparseMatMul(_userItemGraph!, layer, null, next);
            device.Combine(1f, sum, 1f, next, sum);
            layer.CopyFrom(next);
        }

        using Matrix z = sum.RowRange(users, items), imputed = Imputed(z, content, 10, ofNeighbors: 1, ofOwn: 1);
        var result = new Matrix(items, width);
        device.SparseMatMul(_itemGraph!, imputed, imputed, result);
        return result;
    }
}
