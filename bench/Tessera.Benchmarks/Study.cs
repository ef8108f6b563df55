using System.Text.Json.Nodes;

namespace Tessera.Benchmarks;

/// <summary>One row of docs/results.md: a model with its settings on a data set.</summary>
/// <param name="Data">Name of the data set's folder.</param>
/// <param name="Modalities">Modalities used.</param>
/// <param name="Model">Name of the model.</param>
/// <param name="Settings">Model and training options that differ from the defaults.</param>
/// <param name="Reference">Test Recall@20 of the public program on the same files.</param>
internal sealed record Study(string Data, string[] Modalities, string Model, JsonObject Settings, string Reference)
{
    public static Study[] All { get; } =
    [
        new("tiktok", ["audio", "image"], "lirdrec", LirdRec("image", "audio", "item-1d", 1e-4), ".0967"),
        new("tiktok", ["audio", "image"], "lirdrec", LirdRec("image", "audio", "item-1d", 1e-3), ".0900"),
        new("lastfm", ["audio", "text"], "lirdrec", LirdRec("audio", "text", "item-2d", 1e-3), ".4102"),
        new("lastfm", ["audio", "text"], "lirdrec", LirdRec("audio", "text", "item-1d", 1e-3), ".4075"),
    ];

    public string Name => $"{Data} {Model} {Description}";

    public string Description => string.Join(", ", Settings.Select(pair => $"{pair.Key} {pair.Value!.ToJsonString().Replace("\"", "", StringComparison.Ordinal)}"));

    private static JsonObject LirdRec(string light, string heavy, string dct, double learningRate) => new()
    {
        ["dct"] = dct,
        ["itemGraphWeights"] = new JsonObject { [light] = 0.1, [heavy] = 0.9 },
        ["regularization"] = 1e-3,
        ["decayRate"] = 0.9,
        ["learningRate"] = learningRate,
    };
}
