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
    /// <exception cref="ArgumentException">The metric was not measured.</exception>
    public double this[MetricName metric] =>
        Users == 0 ? double.NaN
        : Metrics.TryGetValue(metric, out double average) ? average
        : throw new ArgumentException($"{metric} was not measured; expected one of {string.Join(", ", Metrics.Keys)}.", nameof(metric));

    /// <summary>
    /// The same of the held-out items that are warm, over the users who have some, ranked among all items; null but for a split that holds warm and
    /// cold items (<see cref="Data.Splitting.SplitScheme.ColdMixed"/>).
    /// </summary>
    public EvaluationResult? Warm { get; internal init; }

    /// <summary>The same of the held-out items that are cold; null where <see cref="Warm"/> is.</summary>
    public EvaluationResult? Cold { get; internal init; }

    /// <summary>Share of cold items among the 20 best shown to all users, 0 to 1; null where <see cref="Warm"/> is.</summary>
    public double? ColdShare { get; internal init; }

    /// <summary>
    /// The harmonic mean of a metric of warm items and of cold ones, 0 where both are 0; NaN where <see cref="Warm"/> is null or either has no users.
    /// </summary>
    public double HarmonicMean(MetricName metric)
    {
        if (Warm is not { Users: > 0 } || Cold is not { Users: > 0 }) return double.NaN;
        double warm = Warm[metric], cold = Cold[metric];
        return warm + cold == 0 ? 0 : 2 * warm * cold / (warm + cold);
    }

    /// <summary>Number of best items that <see cref="ColdShare"/> looks at.</summary>
    internal const int Shown = 20;

    /// <summary>What an epoch is judged by: the harmonic mean of warm and cold items where there is one, else the metric itself.</summary>
    internal double Decisive(MetricName metric) => HarmonicMean(metric) is var mean && !double.IsNaN(mean) ? mean : this[metric];

    /// <summary>The result of a split that has nobody to measure.</summary>
    internal static EvaluationResult Nothing(string split) => new(split, 0, new Dictionary<MetricName, double>());

    /// <summary>All metrics by name.</summary>
    internal JsonObject MetricsToJson() =>
        new(Metrics.Select(metric => KeyValuePair.Create(metric.Key.ToString(), (JsonNode?)metric.Value)));

    /// <summary>The number of users, and all metrics by name, with those of warm and cold items where these are told apart; null where there are no users.</summary>
    internal JsonObject? ToJson()
    {
        if (Users == 0) return null;
        var json = new JsonObject { ["users"] = Users, ["metrics"] = MetricsToJson() };
        AddParts(json, part => part.ToJson());
        return json;
    }

    /// <summary>Adds what is known of warm and cold items apart, if anything.</summary>
    /// <param name="of">How the metrics of either are written.</param>
    internal void AddParts(JsonObject json, Func<EvaluationResult, JsonObject?> of)
    {
        if (Warm is null || Cold is null) return;
        json["warm"] = of(Warm);
        json["cold"] = of(Cold);
        if (Warm.Users > 0 && Cold.Users > 0)
            json["harmonicMean"] = new JsonObject(Metrics.Keys.Select(metric => KeyValuePair.Create(metric.ToString(), (JsonNode?)HarmonicMean(metric))));
        json["coldShare"] = ColdShare;
    }

    /// <summary>The result that <see cref="ToJson"/> gave.</summary>
    /// <exception cref="JsonException">It gave something else.</exception>
    internal static EvaluationResult FromJson(string split, JsonObject? json)
    {
        if (json is null) return Nothing(split);
        JsonObject metrics = json["metrics"]?.AsObject() ?? throw new JsonException($"{split} has no metrics");
        var result = new EvaluationResult(
            split,
            (int)(json["users"] ?? throw new JsonException($"{split} has no users")),
            metrics.ToDictionary(
                metric => MetricName.Parse(metric.Key), metric => (double)(metric.Value ?? throw new JsonException($"{metric.Key} is null"))));
        return !json.ContainsKey("warm") ? result
            : result with { Warm = FromJson(split, json["warm"]?.AsObject()), Cold = FromJson(split, json["cold"]?.AsObject()), ColdShare = (double?)json["coldShare"] };
    }
}
