using System.Text.Json;
using System.Text.Json.Nodes;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Scoring;
using Tessera.Recommendation.Training;

namespace Tessera.Recommendation.Runs;

/// <summary>All that determines a run's result, as <c>config.json</c> holds it.</summary>
/// <param name="Model">Name of the model in the catalog.</param>
/// <param name="ModelOptions">Its options, all of them.</param>
/// <param name="Training">How it is trained.</param>
/// <param name="Seed">Seed of all randomness.</param>
/// <param name="Protocol">Protocol of the test evaluation.</param>
/// <param name="Data">Name of the data set.</param>
/// <param name="Modalities">Names of the modalities used, in order.</param>
/// <param name="DataFingerprint">SHA-256 of the data's content.</param>
internal sealed partial record RunConfig(
    string Model,
    JsonObject ModelOptions,
    TrainingOptions Training,
    ulong Seed,
    Protocol Protocol,
    string Data,
    IReadOnlyList<string> Modalities,
    string DataFingerprint)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Version of the library that trains.</summary>
    public string Version { get; init; } = typeof(RunConfig).Assembly.GetName().Version!.ToString(fieldCount: 3);

    /// <summary>SHA-256 of the parameters that training starts from, those of an earlier run's <c>model.safetensors</c>; null for none.</summary>
    public string? From { get; init; }

    /// <summary>Whether the model has item-item weights instead of parameters and vectors.</summary>
    public bool IsItemBased { get; init; }

    /// <summary>Whether the scores have an item-based part.</summary>
    public bool HasBehavior => IsItemBased || Training.Behavior != Behavior.None;

    /// <summary>SHA-256 of <see cref="ToJson"/>: equal for runs that give the same result.</summary>
    public string Hash => Checksums.OfText(ToJson());

    /// <summary>The content of <c>config.json</c>.</summary>
    public string ToJson() => ToNode().ToJsonString(Indented) + "\n";

    private JsonObject ToNode()
    {
        var node = new JsonObject
        {
            ["model"] = Model,
            ["options"] = ModelOptions.DeepClone(),
            ["training"] = OptionsBinder.ToJson(Training),
            ["seed"] = Seed,
            ["protocol"] = KebabCase.Of(Protocol),
            ["data"] = Data,
            ["modalities"] = new JsonArray([.. Modalities.Select(name => JsonValue.Create(name))]),
            ["dataFingerprint"] = DataFingerprint,
            ["version"] = Version,
        };
        if (IsItemBased) node["itemBased"] = true;
        if (From is not null) node["from"] = From;
        return node;
    }

    /// <summary>Reads <c>config.json</c>.</summary>
    /// <exception cref="InvalidInputException">The file is missing or not such a file.</exception>
    public static RunConfig Read(string path)
    {
        if (!File.Exists(path)) throw new InvalidInputException($"There is no '{path}'; expected a folder that 'tessera train --out' made.");
        try
        {
            using FileStream file = InputFile.Open(path);
            JsonObject root = JsonNode.Parse(file, documentOptions: JsonRecord.Strict)?.AsObject() ?? throw new JsonException("it is null");
            var config = new RunConfig(
                Text(root, "model"),
                Object(root, "options"),
                OptionsBinder.Bind<TrainingOptions>(Object(root, "training")),
                (ulong)Required(root, "seed"),
                KebabCase.Parse<Protocol>("protocol", Text(root, "protocol")),
                Text(root, "data"),
                [.. Required(root, "modalities").AsArray().Select(name => (string?)name ?? throw new JsonException("a modality has no name"))],
                Text(root, "dataFingerprint"))
            {
                Version = Text(root, "version"),
                IsItemBased = (bool?)root["itemBased"] ?? false,
                From = (string?)root["from"],
            };
            config.Settings(); // JSON's texts are decoded when they are asked for, and one that is no UTF-8 is refused here
            return config;
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException or FormatException or ArgumentException or IOException or InvalidInputException)
        {
            throw new InvalidInputException($"'{path}' is not a run's configuration ({SourceText.Reason(cause)}); restore it or train again.", cause);
        }
    }

    private static JsonNode Required(JsonObject root, string key) => root[key] ?? throw new JsonException($"it has no '{key}'");

    private static string Text(JsonObject root, string key) => (string?)Required(root, key).AsValue() ?? throw new JsonException($"'{key}' is no text");

    private static JsonObject Object(JsonObject root, string key) => Required(root, key).DeepClone().AsObject();
}
