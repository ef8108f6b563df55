using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Options;
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
internal sealed record RunConfig(
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

    /// <summary>SHA-256 of <see cref="ToJson"/>: equal for runs that give the same result.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToJson())));

    /// <summary>The content of <c>config.json</c>.</summary>
    public string ToJson() => new JsonObject
    {
        ["model"] = Model,
        ["options"] = ModelOptions.DeepClone(),
        ["training"] = OptionsBinder.ToJson(Training),
        ["seed"] = Seed,
        ["protocol"] = KebabCase.Of(Protocol),
        ["data"] = Data,
        ["modalities"] = new JsonArray([.. Modalities.Select(name => JsonValue.Create(name))]),
        ["dataFingerprint"] = DataFingerprint,
        ["version"] = typeof(RunConfig).Assembly.GetName().Version!.ToString(fieldCount: 3),
    }.ToJsonString(Indented) + "\n";

    /// <summary>Reads <c>config.json</c>.</summary>
    /// <exception cref="InvalidInputException">The file is missing or not such a file.</exception>
    public static RunConfig Read(string path)
    {
        if (!File.Exists(path)) throw new InvalidInputException($"There is no '{path}'; expected a folder that 'tessera train --out' made.");
        try
        {
            JsonObject root = JsonNode.Parse(InputFile.ReadText(path))!.AsObject();
            return new RunConfig(
                (string)root["model"]!,
                root["options"]!.DeepClone().AsObject(),
                OptionsBinder.Bind<TrainingOptions>(root["training"]!.AsObject()),
                (ulong)root["seed"]!,
                KebabCase.Parse<Protocol>("protocol", (string)root["protocol"]!),
                (string)root["data"]!,
                [.. root["modalities"]!.AsArray().Select(name => (string)name!)],
                (string)root["dataFingerprint"]!);
        }
        catch (Exception cause) when (cause is JsonException or NullReferenceException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new InvalidInputException($"'{path}' is not a run's configuration ({cause.Message}); restore it or train again.", cause);
        }
    }
}
