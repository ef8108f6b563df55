using System.Text.Json.Nodes;
using Tessera.Data;
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
    /// <summary>The content of <c>metrics.json</c>.</summary>
    internal JsonObject ToJson(RunConfig config) => new()
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
}
