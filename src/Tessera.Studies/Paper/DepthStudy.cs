using System.Globalization;
using System.Text.Json.Nodes;
using Tessera.Models;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Training;
using Tessera.Studies.Plans;
using Tessera.Studies.Reports;

namespace Tessera.Studies.Paper;

/// <summary>Fig. 6: layers of the user-item graph; and, which the paper keeps at 1, of the item graph.</summary>
internal sealed class DepthStudy : Study
{
    private const string Layers = "layers", ItemLayers = "itemLayers";
    private static readonly int[] Depths = [0, 1, 2, 3, 4], ItemDepths = [0, 1, 2, 3];

    public override string Name => "depth";

    public override string Title => "How deep the graphs should be";

    public override string Source => "Fig. 6";

    public override string Question => "How many layers of the user-item graph help, and how many of the item graph?";

    public override IReadOnlyList<string> Factors => ["data", Layers, ItemLayers];

    public override IEnumerable<StudyCell> Cells(StudyRequest request)
    {
        request.RequireOnly("lirdrec", Name);
        request.RequireModalities(1, Name);
        JsonObject asked = request.SettingsOf(StudyRequest.Catalog.Find("lirdrec"));
        LirdRecOptions options = OptionsBinder.Bind<LirdRecOptions>(asked, typeof(TrainingOptions));
        (int usual, int usualOfItems) = (options.Layers, options.ItemLayers);
        (int, int)[] depths =
            [.. Depths.Select(depth => (depth, usualOfItems)).Concat(ItemDepths.Select(depth => (usual, depth))).Append((usual, usualOfItems)).Distinct().Order()];
        return
            from data in request.Data
            from depth in depths
            select request.Cell(data.Folder, "lirdrec", new JsonObject { [Layers] = depth.Item1, [ItemLayers] = depth.Item2 }) with
            {
                Factors = new() { ["data"] = data.Dataset.Name, [Layers] = Text(depth.Item1), [ItemLayers] = Text(depth.Item2) },
            };
    }

    public override IEnumerable<ReportPart> Report(StudyOutcome outcome)
    {
        yield return DifferenceTable.Reading;
        foreach (IGrouping<string, StudyCell> data in outcome.Plan.Cells.GroupBy(cell => cell.Factors["data"]))
        {
            (StudyCell[] user, StudyCell[] item) = ([.. Along(data, Layers)], [.. Along(data, ItemLayers)]);
            foreach (ReportPart part in Parts("user-item graph", user, Layers).Concat(Parts("item graph", item, ItemLayers))) yield return part;

            IEnumerable<ReportPart> Parts(string graph, StudyCell[] cells, string factor)
            {
                string title = $"Layers of the {graph} on {data.Key}";
                yield return ResultTable.Of(title, outcome, cells, [Layers, ItemLayers], (_, _) => null);
                foreach (ReportPart part in DifferenceTable.ToFirst(title, outcome, cells, factor)) yield return part;
                yield return new LineFigure(
                    title,
                    $"{DifferenceTable.Metric} on test over the number of layers of the {graph}, the other graph's being the same; "
                    + "the band is ± the standard deviation over seeds.",
                    $"layers of the {graph}", DifferenceTable.Metric.ToString(),
                    [ResultFigure.Line("LIRDRec", outcome, cells, cell => double.Parse(cell.Factors[factor], CultureInfo.InvariantCulture))]);
            }
        }
    }

    /// <summary>The cells along one of the two, at the value of the other that most of them have.</summary>
    private static IEnumerable<StudyCell> Along(IEnumerable<StudyCell> cells, string factor)
    {
        string other = factor == Layers ? ItemLayers : Layers;
        return cells.GroupBy(cell => cell.Factors[other]).MaxBy(alike => alike.Count())!;
    }

    private static string Text(int depth) => depth.ToString(CultureInfo.InvariantCulture);
}
