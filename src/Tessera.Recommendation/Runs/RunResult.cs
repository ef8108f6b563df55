using System.Text.Json;
using System.Text.Json.Nodes;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Recommendation.Evaluation;

namespace Tessera.Recommendation.Runs;

/// <summary>The result of a training run.</summary>
/// <param name="Epochs">Epochs trained.</param>
/// <param name="BestEpoch">Epoch whose parameters are kept: that with the best validation metric, or the last where there is no validation to measure.</param>
/// <param name="StoppedEarly">Whether patience ran out before the last epoch.</param>
/// <param name="Validation">Metrics of the best epoch on validation; with 0 users where the data has nothing to measure there.</param>
/// <param name="Test">Metrics of the best epoch on test, under the run's protocol; with 0 users where the data has nothing to measure there.</param>
public sealed record RunResult(int Epochs, int BestEpoch, bool StoppedEarly, EvaluationResult Validation, EvaluationResult Test)
{
    /// <summary>Test ranked among its own items, where whole items are held out and validation is ranked so; null elsewhere.</summary>
    internal EvaluationResult? TestAmongCold { get; init; }

    /// <summary>λ of the run's item-based scores beside the model's (<see cref="Training.TrainingOptions.BehaviorWeight"/>), as set or chosen; null where there are none.</summary>
    public float? BehaviorWeight { get; init; }

    /// <summary>The factor on cold items that validation chose (<see cref="Training.TrainingOptions.ColdItemFactor"/>); null where it had none to choose.</summary>
    public float? ColdItemFactor { get; init; }

    /// <summary>How the users' weights of the chunks are spread; empty where the model has none.</summary>
    internal IReadOnlyList<ChunkSpread> ChunkWeights { get; init; } = [];

    /// <summary>The content of <c>metrics.json</c>.</summary>
    internal JsonObject ToJson(RunConfig config)
    {
        JsonObject json = new()
        {
            ["model"] = config.Model,
            ["data"] = config.Data,
            ["seed"] = config.Seed,
            ["protocol"] = KebabCase.Of(config.Protocol),
            ["epochs"] = Epochs,
            ["bestEpoch"] = BestEpoch,
            ["stoppedEarly"] = StoppedEarly,
            ["validation"] = Validation.ToJson(),
            ["test"] = Test.ToJson(),
        };
        if (BehaviorWeight is { } weight) json.Insert(json.IndexOf("validation"), "behaviorWeight", weight);
        if (ColdItemFactor is { } factor) json.Insert(json.IndexOf("validation"), "coldItemFactor", factor);
        if (TestAmongCold is not null)
        {
            json["validationCandidates"] = CandidateNames.Cold; // "validation" is ranked among cold items, as "testAmongCold" is
            json["testAmongCold"] = TestAmongCold.ToJson();
        }

        if (ChunkWeights.Count > 0) json["chunkWeights"] = ChunkSpread.ToJson(ChunkWeights);
        return json;
    }

    /// <summary>Reads <c>metrics.json</c>.</summary>
    /// <exception cref="InvalidInputException">It is not such a file.</exception>
    internal static RunResult Read(string path)
    {
        try
        {
            using FileStream file = InputFile.Open(path);
            JsonObject root = JsonNode.Parse(file, documentOptions: JsonRecord.Strict)?.AsObject() ?? throw new JsonException("it is null");
            return new RunResult(
                (int)Required(root, "epochs"), (int)Required(root, "bestEpoch"), (bool)Required(root, "stoppedEarly"),
                EvaluationResult.FromJson("validation", Part(root, "validation")), EvaluationResult.FromJson("test", Part(root, "test")))
            {
                TestAmongCold = root.ContainsKey("testAmongCold") ? EvaluationResult.FromJson("test among cold", Part(root, "testAmongCold")) : null,
                BehaviorWeight = (float?)root["behaviorWeight"],
                ColdItemFactor = (float?)root["coldItemFactor"],
                ChunkWeights = root["chunkWeights"] is { } weights ? ChunkSpread.FromJson(weights.AsObject()) : [],
            };
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException or FormatException or ArgumentException or IOException or InvalidInputException)
        {
            throw new InvalidInputException($"'{path}' holds no results of a run ({SourceText.Reason(cause)}); restore it or train again.", cause);
        }
    }

    private static JsonObject? Part(JsonObject root, string key) =>
        root.TryGetPropertyValue(key, out JsonNode? part) ? part?.AsObject() : throw new JsonException($"it has no '{key}'");

    private static JsonNode Required(JsonObject root, string key) => root[key] ?? throw new JsonException($"it has no '{key}'");
}
