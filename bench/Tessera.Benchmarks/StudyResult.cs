using System.Text.Json;
using Tessera.Data.Storage;
using Tessera.Recommendation.Metrics;

namespace Tessera.Benchmarks;

/// <summary>What a study found, as bench/results/quality.json keeps it.</summary>
/// <param name="Study">Name of the study.</param>
/// <param name="Settings">The chosen settings.</param>
/// <param name="BestEpochs">Best epoch, a seed each.</param>
/// <param name="Tests">Test metrics in the order of <see cref="Shown"/>, by the name of the measurement (<see cref="StudyData.Tests"/>).</param>
internal sealed record StudyResult(string Study, string Settings, int[] BestEpochs, OrderedDictionary<string, MeanAndDeviation[]> Tests)
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>The metrics reported.</summary>
    public static MetricName[] Shown { get; } = [new(Metric.Recall, 10), new(Metric.Recall, 20), new(Metric.Ndcg, 10), new(Metric.Ndcg, 20)];

    private static string Path { get; } = System.IO.Path.Combine(Checkout.Root, "bench", "results", "quality.json");

    public static StudyResult[] ReadAll() => File.Exists(Path) ? JsonSerializer.Deserialize<StudyResult[]>(File.ReadAllText(Path), Json)! : [];

    /// <summary>Keeps the result, in place of an earlier one of the same study.</summary>
    public void Write() => AtomicFile.WriteText(
        Path, JsonSerializer.Serialize(ReadAll().Where(other => other.Study != Study).Append(this).OrderBy(r => r.Study, StringComparer.Ordinal), Json) + "\n");
}
