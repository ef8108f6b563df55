using System.Text.Json;
using System.Text.Json.Nodes;
using Tessera.Models;
using Tessera.Recommendation.Features;

namespace Tessera.Benchmarks;

/// <summary>What docs/results.md reports.</summary>
internal static class Studies
{
    private static readonly double[] Rate = [1e-3];
    private static readonly double[] Temperatures = [0.1, 0.15, 0.2];

    /// <summary>In the order in which they are trained.</summary>
    public static Study[] All { get; } =
    [
        .. OnMovieLens(MovieLens.Warm),
        On("movielens", "mf", "", Grid(("learningRate", Rate), ("regularization", [1, 0.1]))),
        On("movielens", "lightgcn", "", Grid(("learningRate", Rate), ("regularization", [1e-3, 1e-4]))),
        .. OnMovieLens(MovieLens.Cold),
        .. new int?[] { null, 512, 256, 128, 64, 32 }.Select(dimensions => new Study(
            MovieLens.Wide, ["wide"], "lirdrec",
            [With(With(With([], "learningRate", 1e-3), "regularization", 1e-3), "featureDimensions", dimensions)], "", dimensions is null ? "all" : $"{dimensions}")),
        .. new[] { "tfidf", "minilm", "arctic", "histogram", "resnet18" }.Select(encoder => new Study(
            MovieLens.Cold, [encoder], "lirdrec", Scalings(Grid(("learningRate", Rate), ("regularization", [1e-2]))), "", $"{encoder} scaled")),
        OfPreset("lastfm", "audio", "text"),
        OfPreset("movielens", "minilm", "resnet18"),
        OfPreset("tiktok", "audio", "image"),
        OnLastfm("lirdrec", "", Composed(LirdRec("audio", "text", "item-2d", 1e-3)), "composed"),
        new("movielens", ["minilm", "resnet18"], "lirdrec", Composed(Grid(("learningRate", Rate), ("regularization", [1e-3]))), "", "composed"),
        OnTiktok("lirdrec", "", Composed(LirdRec("image", "audio", "item-1d", 1e-3)), "composed"),
        Scaled("lirdrec", LirdRec("audio", "text", "item-2d", 1e-3)),
        Scaled("vbpr", Grid(("learningRate", Rate), ("regularization", [1]))),
        Scaled("freedom", Grid(("learningRate", Rate), ("dropout", [0.8]))),
        Scaled("bm3", Grid(("learningRate", Rate), ("dropout", [0.5]))),
        Scaled("grcn", Grid(("learningRate", Rate), ("regularization", [1e-2]))),
        Scaled("slmrec", Grid(("learningRate", Rate), ("selfSupervisedWeight", [0.1]))),
        Scaled("lgmrec", Grid(("learningRate", Rate), ("regularization", [1e-4]))),
        Scaled("micro", Grid(("learningRate", Rate), ("learningRateDecay", [0.96]), ("regularization", [1e-5]))),
        Scaled("lattice", Grid(("learningRate", Rate), ("learningRateDecay", [0.96]), ("regularization", [1e-4]))),
        OnLastfm("mf", ".3982", Grid(("learningRate", Rate), ("regularization", [2, 1, 0.1, 1e-2]))),
        OnLastfm("lightgcn", ".4014", Grid(("learningRate", Rate), ("layers", [2, 3]), ("regularization", [1e-2, 1e-3]))),
        OnLastfm("vbpr", ".3756", Grid(("learningRate", Rate), ("regularization", [1, 0.1, 1e-2]))),
        OnLastfm("lattice", ".4168", Grid(("learningRate", Rate), ("learningRateDecay", [0.96]), ("regularization", [1e-3, 1e-4]))),
        OnLastfm("freedom", ".4087", Grid(("learningRate", Rate), ("dropout", [0.8, 0.9]))),
        OnLastfm("bm3", ".3166", Grid(("learningRate", Rate), ("dropout", [0.3, 0.5]))),
        OnLastfm("grcn", "", Grid(("learningRate", Rate), ("regularization", [1e-2, 1e-3]))),
        OnLastfm("slmrec", "", Grid(("learningRate", Rate), ("selfSupervisedWeight", [0.01, 0.1]))),
        OnTiktok("mf", ".0480", Grid(("learningRate", Rate), ("regularization", [1, 0.1, 1e-2]))),
        OnTiktok("vbpr", "", Grid(("learningRate", Rate), ("regularization", [1, 0.1]))),
        OnTiktok("bm3", ".0620", Grid(("learningRate", Rate), ("dropout", [0.3, 0.5]))),
        OnTiktok("lightgcn", ".0851", Grid(("learningRate", Rate), ("layers", [3]), ("regularization", [1e-3, 1e-4]))),
        OnTiktok("freedom", ".0916", Grid(("learningRate", Rate), ("dropout", [0.8, 0.9]))),
        On("baby", "mf", ".0575", Grid(("learningRate", Rate), ("regularization", [0.1, 1e-2]))),
        On("sports", "lightgcn", ".0864", Grid(("learningRate", Rate), ("layers", [3]), ("regularization", [1e-4]))),
        On("clothing", "lightgcn", ".0544", Grid(("learningRate", Rate), ("layers", [3]), ("regularization", [1e-4]))),
        On("baby", "lightgcn", ".0754", Grid(("learningRate", Rate), ("layers", [3]), ("regularization", [1e-4]))),
        OnTiktok("slmrec", "", Grid(("learningRate", Rate))),
        OnTiktok("lattice", "", Grid(("learningRate", Rate), ("learningRateDecay", [0.96]))),
        On("sports", "mf", ".0653", Grid(("learningRate", Rate), ("regularization", [0.1, 1e-2]))),
        On("clothing", "mf", ".0303", Grid(("learningRate", Rate), ("regularization", [0.1, 1e-2]))),
        OnLastfm("lgmrec", "", Grid(("learningRate", Rate), ("regularization", [1e-4, 1e-6]))),
        OnLastfm("micro", "", Grid(("learningRate", Rate), ("learningRateDecay", [0.96]), ("regularization", [1e-3, 1e-5]))),
        OnTiktok("grcn", "", Grid(("learningRate", Rate))),
        OnTiktok("lgmrec", "",
        [
            .. Grid(("learningRate", Rate), ("contrastiveWeight", [1e-4, 1e-5, 1e-6]), ("globalWeight", [0.3])),
            .. Grid(("learningRate", Rate), ("contrastiveWeight", [1e-6]), ("globalWeight", [0.1])),
        ]),
        OnTiktok("micro", "", Grid(("learningRate", [1e-3, 5e-3]), ("learningRateDecay", [0.96]))),
        OnTiktok("lirdrec", ".0967", LirdRec("image", "audio", "item-1d", 1e-4), "slowly"),
        OnTiktok("lirdrec", ".0900", LirdRec("image", "audio", "item-1d", 1e-3)),
        OnLastfm("lirdrec", ".4102", LirdRec("audio", "text", "item-2d", 1e-3), "item-2d"),
        OnLastfm("lirdrec", ".4075", LirdRec("audio", "text", "item-1d", 1e-3), "item-1d"),
    ];

    private static IEnumerable<Study> OnMovieLens(string data)
    {
        string[] texts = ["tfidf", "minilm", "arctic"], images = ["histogram", "resnet18"];
        string[][] choices = [.. texts.Select(text => new[] { text }), .. images.Select(image => new[] { image }),
            .. from text in texts from image in images select new[] { text, image }];
        return choices.Select(modalities => new Study(
            data, modalities, "lirdrec", Grid(("learningRate", Rate), ("regularization", [1e-2, 1e-3])), "", string.Join(" and ", modalities)));
    }

    private static Study OnTiktok(string model, string elsewhere, JsonObject[] candidates, string variant = "") =>
        new("tiktok", ["audio", "image"], model, candidates, elsewhere, variant);

    private static Study OnLastfm(string model, string elsewhere, JsonObject[] candidates, string variant = "") =>
        new("lastfm", ["audio", "text"], model, candidates, elsewhere, variant);

    private static Study On(string data, string model, string elsewhere, JsonObject[] candidates) => new(data, [], model, candidates, elsewhere);

    /// <summary>A model on lastfm with the settings that its own study chose, and with each of the scalings of features.</summary>
    private static Study Scaled(string model, JsonObject[] chosen) => OnLastfm(model, "", Scalings(chosen), "scaled");

    private static Study OfPreset(string data, params string[] modalities)
    {
        Preset preset = Preset.Find("lirdrec-cosine");
        return new Study(data, modalities, preset.Model, [preset.Settings.DeepClone().AsObject()], "", $"preset {preset.Name}");
    }

    /// <summary>
    /// What is better than LIRDRec as published, put together: cosines ranked by a softmax, features standardized or not, scores corrected by EASE; beside
    /// these the published loss with the correction alone.
    /// </summary>
    private static JsonObject[] Composed(JsonObject[] published)
    {
        JsonObject corrected = With(published.Single(), "behavior", "ease"), standardized = With(corrected, "featureScaling", "standardize");
        return [corrected, .. Temperatures.Select(temperature => With(With(standardized, "loss", "cosine"), "temperature", temperature))];
    }

    private static JsonObject[] Scalings(JsonObject[] chosen) =>
        [.. Enum.GetNames<FeatureScaling>().Select(scaling => With(chosen.Single(), "featureScaling", scaling.ToLowerInvariant()))];

    /// <summary>Every combination of the values.</summary>
    private static JsonObject[] Grid(params (string Key, double[] Values)[] axes)
    {
        IEnumerable<JsonObject> grid = [new JsonObject()];
        foreach ((string key, double[] values) in axes)
        {
            grid = from settings in grid
                   from value in values
                   select With(settings, key, value);
        }

        return [.. grid];
    }

    private static JsonObject With<T>(JsonObject settings, string key, T value)
    {
        JsonObject more = settings.DeepClone().AsObject();
        if (value is not null) more[key] = JsonSerializer.SerializeToNode(value);
        return more;
    }

    private static JsonObject[] LirdRec(string light, string heavy, string dct, double learningRate) => [new JsonObject
    {
        ["dct"] = dct,
        ["itemGraphWeights"] = new JsonObject { [light] = 0.1, [heavy] = 0.9 },
        ["regularization"] = 1e-3,
        ["decayRate"] = 0.9,
        ["learningRate"] = learningRate,
    }];
}
