using System.Text.Json;
using System.Text.Json.Nodes;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Recommendation.Sampling;

namespace Tessera.Models.Tests.Golden;

/// <summary>Numbers of a public implementation on a toy problem: see fixtures/README.md.</summary>
public sealed class GoldenFile
{
    private readonly JsonObject _root;

    private GoldenFile(JsonObject root) => _root = root;

    public string Model => (string)_root["model"]!;

    public int Users => (int)_root["users"]!;

    public int Items => (int)_root["items"]!;

    public int EmbeddingSize => (int)_root["embedding_size"]!;

    public JsonObject Options => _root["options"]!.AsObject();

    public JsonObject Adam => _root["adam"]!.AsObject();

    public Interactions Train =>
        Interactions.FromPairs(Users, Items, _root["train"]!.AsArray().Select(pair => ((int)pair![0]!, (int)pair[1]!)));

    public Modality[] Modalities => [new("visual", Matrix("visual")), new("textual", Matrix("textual"))];

    public IEnumerable<(string Name, Matrix Value)> InitialParameters => Named("initial_parameters");

    public IEnumerable<(string Name, Matrix Value)> FinalParameters => Named("final_parameters");

    public Matrix FinalScores => Matrix("final_scores");

    public IReadOnlyList<GoldenStep> Steps => [.. _root["steps"]!.AsArray().Select(step => new GoldenStep(step!.AsObject()))];

    public static GoldenFile Read(string path) => new(JsonNode.Parse(File.ReadAllText(path))!.AsObject());

    public bool Has(string name) => _root.ContainsKey(name);

    public float Option(string name) => (float)Options[name]!;

    public Matrix Matrix(string name) => ToMatrix(_root[name]!);

    /// <summary>A vector becomes one row.</summary>
    internal static Matrix ToMatrix(JsonNode node)
    {
        JsonArray rows = node.AsArray();
        bool vector = rows.Count > 0 && rows[0]!.GetValueKind() == JsonValueKind.Number;
        float[][] values = vector ? [[.. rows.Select(v => (float)v!)]] : [.. rows.Select(row => row!.AsArray().Select(v => (float)v!).ToArray())];
        var matrix = new Matrix(values.Length, values[0].Length);
        for (int r = 0; r < values.Length; r++) values[r].CopyTo(matrix.Row(r));
        return matrix;
    }

    private IEnumerable<(string Name, Matrix Value)> Named(string key) =>
        _root[key]!.AsObject().Select(pair => (pair.Key, ToMatrix(pair.Value!)));
}

/// <summary>One mini-batch, its loss before the step, and, of the first, the gradients.</summary>
public sealed class GoldenStep(JsonObject step)
{
    public int Epoch => (int)step["epoch"]!;

    public double Loss => (double)step["loss"]!;

    public JsonObject Numbers => step;

    public IReadOnlyDictionary<string, Matrix>? Gradients =>
        step["gradients"]?.AsObject().ToDictionary(pair => pair.Key, pair => GoldenFile.ToMatrix(pair.Value!));

    public Batch Batch()
    {
        int[] users = Indices("users"), positives = Indices("positives"), negatives = Indices("negatives");
        var batch = new Batch(users.Length);
        for (int r = 0; r < users.Length; r++) batch.Add(users[r], positives[r], negatives.Length > 0 ? negatives[r] : positives[r]);
        return batch;
    }

    private int[] Indices(string name) => [.. (step[name]?.AsArray() ?? []).Select(index => (int)index!)];
}
