using Spectre.Console;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Metrics;
using Tessera.Recommendation.Runs;

namespace Tessera.Cli.Output;

/// <summary>Evaluation results as text and JSON.</summary>
internal static class MetricsOutput
{
    /// <summary>The metrics of the paper's tables.</summary>
    private static readonly MetricName[] Reported =
        [new(Metric.Recall, 10), new(Metric.Recall, 20), new(Metric.Ndcg, 10), new(Metric.Ndcg, 20)];

    /// <summary>One row a result, with the metrics of the paper's tables.</summary>
    public static void PrintRows(IAnsiConsole console, string header, IEnumerable<(string Name, EvaluationResult Result)> results)
    {
        var table = new TextTable(1, [header, "users", .. Reported.Select(metric => metric.ToString())]);
        EvaluationResult[] split = [.. results.Select(one => one.Result).Where(result => result.Warm is not null)];
        foreach ((string name, EvaluationResult result) in results)
        {
            Row(name, result);
            if (result.Warm is null || result.Cold is null) continue;
            Row("  warm items", result.Warm);
            Row("  cold items", result.Cold);
            table.Row(["  harmonic mean", "", .. Reported.Select(metric => Figures.Decimal(result.HarmonicMean(metric)))]);
        }

        table.PrintTo(console);
        if (split.Length == 0) return;
        string shares = string.Join(", ", split.Select(result => $"{Figures.Percent(result.ColdShare!.Value)} ({result.Split})"));
        console.WriteLine($"Warm and cold items are ranked together; cold ones take {shares} of the {EvaluationResult.Shown} best shown");

        void Row(string name, EvaluationResult result) =>
            table.Row([name, Figures.Count(result.Users), .. Reported.Select(metric => Figures.Decimal(result[metric]))]);
    }

    /// <summary>Validation and test of a run, with what is ranked where that is not always all items.</summary>
    public static void PrintResult(IAnsiConsole console, RunResult result)
    {
        (string Name, EvaluationResult Result)[] rows = result.TestAmongCold is null
            ? [("validation", result.Validation), ("test", result.Test)]
            : [("validation, cold items alone", result.Validation), ("test, cold items alone", result.TestAmongCold), ("test, all items", result.Test)];
        rows = [.. rows.Where(row => row.Result.Users > 0)];
        if (rows.Length > 0) PrintRows(console, result.TestAmongCold is null ? "split" : "split, and what is ranked", rows);
    }

    /// <summary>All metrics of one result, a row a metric and a column a cut-off.</summary>
    public static void PrintAll(IAnsiConsole console, EvaluationResult result)
    {
        int[] cutOffs = [.. result.Metrics.Keys.Select(metric => metric.K).Distinct().Order()];
        var table = new TextTable(1, ["metric", .. cutOffs.Select(k => $"@{k}")]);
        foreach (IGrouping<Metric, MetricName> metrics in result.Metrics.Keys.GroupBy(metric => metric.Metric))
        {
            string name = metrics.First().ToString().Split('@')[0];
            table.Row([name, .. cutOffs.Select(k => Figures.Decimal(result[new MetricName(metrics.Key, k)]))]);
        }

        table.PrintTo(console);
    }

    /// <summary>What a protocol's name means, in a few words.</summary>
    public static string Explain(Protocol protocol) => protocol == Protocol.Strict
        ? "protocol strict: training and validation items are not ranked at test time"
        : "protocol mmrec: training items are not ranked, validation items are";

    /// <summary>What the candidates' name means where items are held out, in a few words.</summary>
    public static string ExplainCandidates(string candidates) => candidates == CandidateNames.Cold
        ? "candidates cold: only the cold items of the split are ranked"
        : "candidates all: every item is ranked, including those seen in training";
}
