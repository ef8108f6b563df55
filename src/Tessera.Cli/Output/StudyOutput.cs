using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;
using Tessera.Studies.Cells;
using Tessera.Studies.Paper;
using Tessera.Studies.Plans;
using Tessera.Studies.Reports;

namespace Tessera.Cli.Output;

/// <summary>Plans and reports of studies, as text and as JSON.</summary>
internal static class StudyOutput
{
    public static JsonObject ToJson(StudyPlan plan, IReadOnlyList<StudyCost> costs, int parallel) => new()
    {
        ["plan"] = JsonNode.Parse(plan.ToJson()),
        ["costs"] = JsonSerializer.SerializeToNode(costs, JsonSerializerOptions.Web),
        ["minutes"] = Seconds(costs, parallel) / 60,
        ["searchMinutes"] = Searches(plan).Sum(search => search.Minutes) / parallel,
    };

    public static JsonObject ToJson(Report report, string folder, int missing) => new()
    {
        ["study"] = report.Name,
        ["folder"] = folder,
        ["missing"] = missing,
        ["report"] = JsonNode.Parse(JsonReport.Of(report)),
    };

    public static void Print(IAnsiConsole console, StudyPlan plan, IReadOnlyList<StudyCost> costs, int parallel)
    {
        string[] factors = [.. plan.Cells.SelectMany(cell => cell.Factors.Keys).Distinct()];
        var cells = new TextTable(factors.Length + 1, [.. factors, "model"]);
        foreach (StudyCell cell in plan.Cells) cells.Row([.. factors.Select(factor => cell.Factors.GetValueOrDefault(factor, "")), cell.Model]);
        cells.PrintTo(console);
        console.WriteLine($"each with seeds {string.Join(", ", plan.Seeds)}");
        var table = new TextTable(2, "model", "data", "to train", "an epoch", "epochs", "all");
        foreach (StudyCost cost in costs)
            table.Row(cost.Model, cost.Data, $"{cost.Trainings}", Figures.Seconds(cost.EpochSeconds), $"{cost.Epochs}", Figures.Duration(cost.Seconds));
        table.PrintTo(console);
        console.WriteLine($"Some {Figures.Duration(Seconds(costs, parallel))}, {Figures.Counted(parallel, "training")} at a time, if early stopping ends none later than after {CellCost.TypicalEpochs} epochs.");
        CellSearch[] searches = [.. Searches(plan)];
        if (searches.Length > 0)
            console.WriteLine($"Before that, settings are searched {searches.Length} times, each time in at most some {Figures.Duration(60 * searches.Max(search => search.Minutes))} of processor time.");
    }

    public static void Print(IAnsiConsole console, Report report, string folder, int missing)
    {
        foreach (Studies.Reports.Table part in report.Parts.OfType<Studies.Reports.Table>())
        {
            console.WriteLine(part.Title);
            var table = new TextTable(1, part.Columns);
            foreach (IReadOnlyList<Studies.Reports.TableCell> row in part.Rows) table.Row(row.Select(cell => cell.Text));
            table.PrintTo(console);
        }

        if (missing > 0) console.WriteLine($"{Figures.Counted(missing, "measurement")} not made yet; the same command goes on.");
        console.WriteLine($"Report in {folder}");
    }

    /// <summary>The searches that the cells' settings come of; what is corrected has those of another cell.</summary>
    private static IEnumerable<CellSearch> Searches(StudyPlan plan) => plan.Cells.Select(cell => cell.Search).OfType<CellSearch>().Where(search => !search.Corrected);

    private static double Seconds(IReadOnlyList<StudyCost> costs, int parallel) => costs.Sum(cost => cost.Seconds) / parallel;
}
