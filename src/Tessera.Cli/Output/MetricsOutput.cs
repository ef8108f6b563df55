using Spectre.Console;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Metrics;

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
        foreach ((string name, EvaluationResult result) in results)
            table.Row([name, Figures.Count(result.Users), .. Reported.Select(metric => Figures.Decimal(result[metric]))]);
        table.PrintTo(console);
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
