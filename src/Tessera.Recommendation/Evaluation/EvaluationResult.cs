using System.Text.Json;
using System.Text.Json.Nodes;
using Tessera.Recommendation.Metrics;

namespace Tessera.Recommendation.Evaluation;

/// <summary>Metrics of one split, averaged over its users.</summary>
/// <param name="Split">Name of the split.</param>
/// <param name="Users">Number of users averaged over: those with a held-out and a training item; 0 where the split has none.</param>
/// <param name="Metrics">Averages by metric; empty where there are no users.</param>
public sealed record EvaluationResult(string Split, int Users, IReadOnlyDictionary<MetricName, double> Metrics)
{
    /// <summary>The average of one metric; NaN where there are no users.</summary>
    public double this[MetricName metric] => Users == 0 ? double.NaN : Metrics[metric];

    /// <summary>The result of a split that has nobody to measure.</summary>
    internal static EvaluationResult Nothing(string split) => new(split, 0, new Dictionary<MetricName, double>());

    /// <summary>All metrics by name.</summary>
    internal JsonObject MetricsToJson() =>
        new(Metrics.Select(metric => KeyValuePair.Create(metric.Key.ToString(), (JsonNode?)metric.Value)));

    /// <summary>The number of users, and all metrics by name; null where there are no users.</summary>
    internal JsonObject? ToJson() => Users == 0 ? null : new() { ["users"] = Users, ["metrics"] = MetricsToJson() };
    /// <summary>The result that <see cref="ToJson"/> gave.</summary>
    /// <exception cref="JsonException">It gave something else.</exception>
    internal static EvaluationResult FromJson(string split, JsonObject? json)
    {
        if (json is null) return Nothing(split);
        JsonObject metrics = json["metrics"]?.AsObject() ?? throw new JsonException($"{split} has no metrics");
        return new EvaluationResult(
            split,
            (int)(json["users"] ?? throw new JsonException($"{split} has no users")),
            metrics.ToDictionary(
                metric => MetricName.Parse(metric.Key), metric => (double)(metric.Value ?? throw new JsonException($"{metric.Key} is null"))));
    }
}
