using System.Text.Json;
using Tessera.Data.Storage;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Metrics;

namespace Tessera.Benchmarks.Cold;

/// <summary>What one way to vectors of cold items reached in one training, as bench/results/cold.json keeps it.</summary>
/// <param name="Study">Name of the study.</param>
/// <param name="Variant">Name of the way.</param>
/// <param name="Seed">Seed of split and training.</param>
/// <param name="Epoch">The epoch, that with the best harmonic mean on validation.</param>
/// <param name="Validation">Figures on validation.</param>
/// <param name="Test">Figures on test, strict.</param>
internal sealed record ColdRow(string Study, string Variant, int Seed, int Epoch, ColdFigures Validation, ColdFigures Test)
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private static string Path { get; } = System.IO.Path.Combine(Checkout.Root, "bench", "results", "cold.json");

    public static ColdRow[] ReadAll() => File.Exists(Path) ? JsonSerializer.Deserialize<ColdRow[]>(File.ReadAllText(Path), Json)! : [];

    /// <summary>Keeps rows, in place of all earlier ones of their trainings.</summary>
    public static void Write(IReadOnlyList<ColdRow> rows) => AtomicFile.WriteText(Path, JsonSerializer.Serialize(
        ReadAll().Where(other => !rows.Any(row => (row.Study, row.Seed) == (other.Study, other.Seed))).Concat(rows)
            .OrderBy(row => row.Study, StringComparer.Ordinal).ThenBy(row => row.Seed), Json) + "\n");
}

/// <summary>Recall@20 of warm items, cold items and all, their harmonic mean, NDCG@20 of all, and the share of cold items in the lists.</summary>
internal sealed record ColdFigures(double Warm, double Cold, double Overall, double HarmonicMean, double Ndcg, double ColdShare)
{
    private static readonly MetricName Recall = new(Metric.Recall, 20), Gain = new(Metric.Ndcg, 20);

    public static ColdFigures Of(EvaluationResult result) =>
        new(Round(result.Warm![Recall]), Round(result.Cold![Recall]), Round(result[Recall]), Round(result.HarmonicMean(Recall)), Round(result[Gain]), Round(result.ColdShare!.Value));

    private static double Round(double value) => Math.Round(value, 5);
}
