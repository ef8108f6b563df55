using System.Text.Json.Nodes;
using Tessera.Data;
using Tessera.Data.Splitting;
using Tessera.Models;
using Tessera.Studies.Cells;
using Tessera.Studies.Plans;
using Tessera.Studies.Reports;

namespace Tessera.Studies.Paper;

internal sealed partial class ColdStartStudy
{
    public override IEnumerable<ReportPart> Report(StudyOutcome outcome)
    {
        yield return DifferenceTable.Reading;
        yield return new Paragraph("Each seed holds out other items, so the differences of each are given too: where they do not all have one sign, the difference is noise, whatever its p.");
        foreach (var data in outcome.Measured.GroupBy(one => one.Cell.Factors["data"]))
        {
            (StudyCell Cell, IReadOnlyList<CellResult> Results)[] alone = Of(SplitScheme.ColdItems), mixed = Of(SplitScheme.ColdMixed);
            yield return new Heading(data.Key);
            if (alone.Length > 0)
            {
                (string Name, Func<CellResult, JsonObject?> Of)[] protocols = [("cold among cold", result => result.TestAmongCold), ("cold among all", result => result.Test)];
                yield return Bars($"Recall@20 of cold items on {data.Key}", "Higher is better; the candidates are the held-out items of test, or all items.", alone, protocols);
                yield return Metrics($"Cold items on {data.Key}, all of test being cold", alone, protocols);
            }

            if (mixed.Length == 0) continue;
            (string Name, Func<CellResult, JsonObject?> Of)[] parts =
                [("warm", result => result.Test?["warm"]?.AsObject()), ("cold", result => result.Test?["cold"]?.AsObject()), ("overall", result => result.Test)];
            yield return Bars($"Recall@20 of warm and cold items side by side on {data.Key}", "Higher is better; the candidates are all items.", mixed, parts);
            yield return Mixed($"Warm and cold items side by side on {data.Key}, all items being candidates", mixed, parts);
            foreach (ReportPart part in ToPresets(data.Key, outcome, [.. mixed.Select(one => one.Cell)])) yield return part;
            yield return Degree($"Recall@20 by an item's training interactions on {data.Key}", mixed);

            (StudyCell, IReadOnlyList<CellResult>)[] Of(SplitScheme split) => [.. data.Where(one => one.Cell.Factors["split"] == KebabCase.Of(split))];
        }
    }

    /// <summary>Whether the other ways differ from a preset by what all of a user's test items give, warm and cold.</summary>
    private IEnumerable<ReportPart> ToPresets(string data, StudyOutcome outcome, StudyCell[] cells) =>
        from preset in cells
        where Preset.All.Any(one => OfPreset(one) == preset.Factors["method"])
        from part in DifferenceTable.ToFirst($"Warm and cold items side by side on {data}, overall", outcome, [preset, .. cells.Where(cell => cell != preset && Trains(cell))], "method", bySeed: true)
        select part;

    private static double? MetricOf(JsonObject? measured, string metric) => (double?)measured?["metrics"]?[metric];

    private static BarFigure Bars(
        string title, string description, (StudyCell Cell, IReadOnlyList<CellResult> Results)[] cells, (string Name, Func<CellResult, JsonObject?> Of)[] parts) => new(
        title, description, Recall.ToString(), [.. cells.Select(one => one.Cell.Factors["method"])],
        [.. parts.Select(part => SeriesOf(part.Name, cells.Select(one => ResultTable.Mean(one.Results, result => MetricOf(part.Of(result), Recall.ToString())))))]);

    private static BarSeries SeriesOf(string name, IEnumerable<TableCell> means)
    {
        TableCell[] cells = [.. means];
        return new BarSeries(
            name, [.. cells.Select(cell => cell.Value ?? double.NaN)], cells.All(cell => cell.Deviation is null) ? null : [.. cells.Select(cell => cell.Deviation ?? double.NaN)]);
    }

    private static Table Metrics(string title, (StudyCell Cell, IReadOnlyList<CellResult> Results)[] cells, (string Name, Func<CellResult, JsonObject?> Of)[] parts) => new(
        title, ["method", "seeds", .. parts.SelectMany(part => ResultTable.Metrics, (part, metric) => $"{metric}, {part.Name}")],
        [
            .. cells.Select(one => (IReadOnlyList<TableCell>)
            [
                one.Cell.Factors["method"], new TableCell($"{one.Results.Count}", one.Results.Count),
                .. parts.SelectMany(part => ResultTable.Metrics, (part, metric) => ResultTable.Mean(one.Results, result => MetricOf(part.Of(result), metric))),
            ]),
        ]);

    private static Table Mixed(string title, (StudyCell Cell, IReadOnlyList<CellResult> Results)[] cells, (string Name, Func<CellResult, JsonObject?> Of)[] parts)
    {
        Table table = Metrics(title, cells, parts);
        return table with
        {
            Columns = [.. table.Columns, "Recall@20, harmonic mean", "share of cold items in lists of 20"],
            Rows =
            [
                .. table.Rows.Zip(cells, (row, one) => (IReadOnlyList<TableCell>)
                [
                    .. row, ResultTable.Mean(one.Results, result => (double?)result.Test?["harmonicMean"]?[Recall.ToString()]),
                    ResultTable.Mean(one.Results, result => (double?)result.Test?["coldShare"]),
                ]),
            ],
        };
    }

    private static BarFigure Degree(string title, (StudyCell Cell, IReadOnlyList<CellResult> Results)[] cells)
    {
        string[] degrees = [.. Degrees.Select(degree => degree.Name).Where(name => cells.Any(one => one.Results.Any(result => result.Measured[ByDegree]?[name] is not null)))];
        return new BarFigure(
            title, "Items are grouped by the number of their interactions in training, those held out on the left; each group has a bar for each method. Higher is better.", Recall.ToString(), degrees,
            [
                .. cells.Select(one => SeriesOf(
                    one.Cell.Factors["method"], degrees.Select(name => ResultTable.Mean(one.Results, result => (double?)result.Measured[ByDegree]?[name])))),
            ]);
    }
}
