using System.Text.Json.Nodes;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Training;

namespace Tessera.Recommendation.Runs;

/// <summary>What a run reached.</summary>
/// <param name="Config">Its configuration.</param>
/// <param name="Training">How the training ended.</param>
/// <param name="Validation">Metrics of the best epoch on validation.</param>
/// <param name="Test">Metrics of the best epoch on test, under the configuration's protocol.</param>
public sealed record RunResult(RunConfig Config, TrainingResult Training, EvaluationResult Validation, EvaluationResult Test)
{
    /// <summary>The content of <c>metrics.json</c>.</summary>
    public JsonObject ToJson() => new()
    {
        ["model"] = Config.Model,
        ["data"] = Config.Data,
        ["seed"] = Config.Seed,
        ["protocol"] = ProtocolNames.NameOf(Config.Protocol),
        ["epochs"] = Training.Epochs,
        ["bestEpoch"] = Training.BestEpoch,
        ["stoppedEarly"] = Training.StoppedEarly,
        ["validation"] = Split(Validation),
        ["test"] = Split(Test),
    };

    private static JsonObject Split(EvaluationResult result) =>
        new() { ["users"] = result.Users, ["metrics"] = EpochLog.ToJson(result.Metrics) };
}
