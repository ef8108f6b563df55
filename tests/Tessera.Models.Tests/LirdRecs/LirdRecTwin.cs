using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Sampling;

namespace Tessera.Models.Tests.LirdRecs;

/// <summary>LIRDRec's equations written down once more: dense, in double, with the cosine transform applied to the features.</summary>
internal sealed class LirdRecTwin(Recommender model, Dataset data, LirdRecOptions options)
{
    private readonly int _d = options.EmbeddingSize;
    private readonly int _users = data.Users;
    private readonly int _items = data.Items;

    public (double[,] Users, double[,] Items, double[,] Weights) Represent()
    {
        double[,] z0 = Stacked(), graph = UserItemGraph();
        double[,] layer = z0, z = z0;
        for (int l = 0; l < options.Layers; l++) z = Add(z, layer = Multiply(graph, layer));
        double[,] users = Rows(z, 0, _users), items = Rows(z, _users, _items), carried = items, itemGraph = FrozenItemGraph();
        for (int l = 0; l < options.ItemLayers; l++) carried = Multiply(itemGraph, carried);
        double[,] weights = FusionWeights(users);
        for (int u = 0; u < _users; u++)
            for (int c = 0; c < users.GetLength(1); c++) users[u, c] *= weights[u, c / _d];
        return (users, Add(items, carried), weights);
    }

    public double Loss(Batch batch)
    {
        (double[,] users, double[,] items, _) = Represent();
        double bpr = 0;
        for (int t = 0; t < batch.Count; t++)
        {
            double difference = 0;
            for (int c = 0; c < users.GetLength(1); c++)
                difference += users[batch.Users.Span[t], c] * (items[batch.Positives.Span[t], c] - items[batch.Negatives.Span[t], c]);
            bpr += Math.Log(1 + Math.Exp(-difference)) / batch.Count;
        }

        return bpr + (options.Regularization * (users.Cast<double>().Average(v => v * v) + items.Cast<double>().Average(v => v * v)));
    }

    private double[,] Stacked()
    {
        string[] chunks = [.. model.Chunks];
        var stacked = new double[_users + _items, chunks.Length * _d];
        for (int chunk = 0; chunk < chunks.Length; chunk++)
        {
            double[,] encoded = chunks[chunk] == "id" ? Parameter("items")
                : Encoded(chunks[chunk], chunk < data.Modalities.Count ? Raw(data.Modalities[chunk]) : Transformed());
            double[,] preference = Parameter($"preference.{chunks[chunk]}");
            for (int row = 0; row < _users + _items; row++)
            {
                double[] vector = [.. Enumerable.Range(0, _d).Select(c => row < _users ? preference[row, c] : encoded[row - _users, c])];
                double norm = Math.Max(1e-12, Math.Sqrt(vector.Sum(v => v * v)));
                for (int c = 0; c < _d; c++) stacked[row, (chunk * _d) + c] = vector[c] / norm;
            }
        }

        return stacked;
    }

    private double[,] Encoded(string name, double[,] features) =>
        Multiply(Leaky(Affine(features, $"{name}.hidden")), Parameter($"{name}.output.weight"));

    private double[,] FusionWeights(double[,] users)
    {
        var weights = new double[_users, model.Chunks.Count];
        if (options.Fusion == FusionMode.None) return Filled(_users, model.Chunks.Count, (_, _) => 1);
        if (options.Fusion == FusionMode.Uniform) return Filled(_users, model.Chunks.Count, (_, _) => 1.0 / model.Chunks.Count);
        if (options.Fusion == FusionMode.Static)
        {
            double[,] shared = Parameter("fusion.static");
            return Filled(_users, model.Chunks.Count, (_, chunk) => Math.Exp(shared[0, chunk]) / shared.Cast<double>().Sum(Math.Exp));
        }

        (double w1, double w2) = options.Fusion == FusionMode.Attention ? (1, 0) : (Buffer("fusion.copying")[0, 0], Buffer("fusion.copying")[0, 1]);
        double[,] target = w2 == 0 ? weights : Parameter("fusion.target");
        for (int chunk = 0; chunk < model.Chunks.Count; chunk++)
        {
            var vectors = new double[_users, _d];
            for (int u = 0; u < _users; u++)
                for (int c = 0; c < _d; c++) vectors[u, c] = users[u, (chunk * _d) + c];
            string net = $"fusion.{model.Chunks[chunk]}";
            double[,] attention = Affine(Leaky(Affine(vectors, $"{net}.hidden")), $"{net}.output");
            for (int u = 0; u < _users; u++) weights[u, chunk] = Math.Exp((w1 * attention[u, 0]) + (w2 * target[u, chunk]));
        }

        for (int u = 0; u < _users; u++)
        {
            double sum = Enumerable.Range(0, model.Chunks.Count).Sum(chunk => weights[u, chunk]);
            for (int chunk = 0; chunk < model.Chunks.Count; chunk++) weights[u, chunk] /= sum;
        }

        return weights;
    }

    private double[,] UserItemGraph()
    {
        var graph = new double[_users + _items, _users + _items];
        int[] itemCounts = data.Train.ItemCounts();
        foreach ((int user, int item) in data.Train.Pairs())
            graph[user, _users + item] = graph[_users + item, user] = 1 / Math.Sqrt((data.Train.ItemsOf(user).Length + 1e-7) * (itemCounts[item] + 1e-7));
        return graph;
    }

    // All items have features, so every kept entry is 1/k; the images count a tenth, the texts the rest.
    private double[,] FrozenItemGraph()
    {
        var graph = new double[_items, _items];
        for (int m = 0; m < data.Modalities.Count; m++)
        {
            double[,] x = Raw(data.Modalities[m]);
            for (int item = 0; item < _items; item++)
                foreach (int other in Enumerable.Range(0, _items).OrderByDescending(other => Cosine(x, item, other)).Take(options.Neighbors))
                    graph[item, other] += (m == 0 ? 0.1 : 0.9) / options.Neighbors;
        }

        return graph;
    }

    private double[,] Transformed()
    {
        int column = 0;
        var all = new double[_items, data.Modalities.Sum(m => m.Dimensions)];
        foreach (Modality modality in data.Modalities)
        {
            double[,] x = Raw(modality);
            int dimensions = modality.Dimensions;
            (int p, int q) = options.Dct == DctMode.Item2d ? CosineTransform.Grid(dimensions) : (1, dimensions);
            string bases = $"{modality.Name}.transform";
            if (options.Dct == DctMode.Learned) x = Multiply(x, Transposed(Kronecker(Parameter($"{bases}.columns"), Parameter($"{bases}.rows"))));
            else if (options.Dct == DctMode.RandomOrthogonal) x = Multiply(x, Transposed(Kronecker(Buffer($"{bases}.columns"), Buffer($"{bases}.rows"))));
            else if (options.Dct != DctMode.None) x = Multiply(x, Transposed(Kronecker(Cosines(p), Cosines(q))));
            if (options.Dct == DctMode.Matrix2d) x = Multiply(Cosines(_items), x);
            for (int item = 0; item < _items; item++)
                for (int c = 0; c < dimensions; c++) all[item, column + c] = x[item, c];
            column += dimensions;
        }

        return all;
    }

    private static double[,] Cosines(int n)
    {
        var c = new double[n, n];
        for (int k = 0; k < n; k++)
            for (int j = 0; j < n; j++) c[k, j] = Math.Sqrt((k == 0 ? 1.0 : 2.0) / n) * Math.Cos(Math.PI * ((2 * j) + 1) * k / (2.0 * n));
        return c;
    }

    private static double[,] Kronecker(double[,] a, double[,] b)
    {
        int p = a.GetLength(0), q = b.GetLength(0);
        var product = new double[p * q, p * q];
        for (int r = 0; r < p * q; r++)
            for (int c = 0; c < p * q; c++) product[r, c] = a[r / q, c / q] * b[r % q, c % q];
        return product;
    }

    private double[,] Affine(double[,] x, string layer)
    {
        double[,] y = Multiply(x, Parameter($"{layer}.weight")), bias = Parameter($"{layer}.bias");
        for (int r = 0; r < y.GetLength(0); r++)
            for (int c = 0; c < y.GetLength(1); c++) y[r, c] += bias[0, c];
        return y;
    }

    private double[,] Parameter(string name) => Doubles(model.Parameters.Single(p => p.Name == name).Value);

    private double[,] Buffer(string name) => Doubles(model.Buffers.Single(b => b.Name == name).Value);

    private static double[,] Raw(Modality modality) => Doubles(modality.Features);

    private static double[,] Doubles(Matrix matrix) => Filled(matrix.Rows, matrix.Columns, (r, c) => matrix[r, c]);

    private static double[,] Leaky(double[,] x) => Filled(x.GetLength(0), x.GetLength(1), (r, c) => x[r, c] > 0 ? x[r, c] : 0.01 * x[r, c]);

    private static double[,] Rows(double[,] x, int first, int count) => Filled(count, x.GetLength(1), (r, c) => x[first + r, c]);

    private static double[,] Transposed(double[,] x) => Filled(x.GetLength(1), x.GetLength(0), (r, c) => x[c, r]);

    private static double[,] Add(double[,] a, double[,] b) => Filled(a.GetLength(0), a.GetLength(1), (r, c) => a[r, c] + b[r, c]);

    private static double[,] Multiply(double[,] a, double[,] b) => Filled(
        a.GetLength(0), b.GetLength(1), (r, c) => Enumerable.Range(0, b.GetLength(0)).Sum(k => a[r, k] * b[k, c]));

    private static double Cosine(double[,] x, int a, int b)
    {
        double Dot(int one, int other) => Enumerable.Range(0, x.GetLength(1)).Sum(c => x[one, c] * x[other, c]);
        return Dot(a, b) / Math.Sqrt(Dot(a, a) * Dot(b, b));
    }

    private static double[,] Filled(int rows, int columns, Func<int, int, double> value)
    {
        var filled = new double[rows, columns];
        for (int r = 0; r < rows; r++)
            for (int c = 0; c < columns; c++) filled[r, c] = value(r, c);
        return filled;
    }
}
