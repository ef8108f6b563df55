using System.Text.Json.Nodes;
using Tessera.Data;
using Tessera.Studies.Paper;
using Tessera.Studies.Plans;
using Tessera.Studies.Reports;

namespace Tessera.Studies.Tests.Paper;

/// <summary>The studies that are figures in the paper.</summary>
public sealed class FigureStudyTests : IDisposable
{
    private readonly SmallStudy _small = new();

    public void Dispose() => _small.Dispose();

    [Fact]
    public void The_heat_map_has_the_results_in_their_places()
    {
        StudyPlan plan = _small.Plan("sensitivity");
        Report report = _small.Run(plan);

        HeatMap map = Assert.Single(report.Parts.OfType<HeatMap>());
        Assert.Equal(["0.1", "0.001", "0.00001"], map.Rows);
        Assert.Equal(["0.7", "0.9", "0.99"], map.Columns);
        Assert.Equal(9, plan.Cells.Count);
        foreach (StudyCell cell in plan.Cells)
        {
            int row = map.Rows.ToList().IndexOf(cell.Factors["λ"]), column = map.Columns.ToList().IndexOf(cell.Factors["τ"]);
            Assert.Equal((double.Parse(map.Rows[row]), double.Parse(map.Columns[column])), ((double)cell.Settings["regularization"]!, (double)cell.Settings["decayRate"]!));
            Assert.Equal(_small.RecallOf(plan, cell), map.Values[row][column]);
        }

        Assert.Contains("on average over λ", report.Parts.OfType<Paragraph>().Single().Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_whole_grid_is_the_papers() =>
        Assert.Equal(25, StudyCatalog.Find("sensitivity").Cells(_small.Request() with { WholeGrid = true }).Distinct().Count());

    [Fact]
    public void Depth_goes_along_either_graph_and_measures_what_both_have_once()
    {
        StudyPlan plan = _small.Plan("depth");
        Report report = _small.Run(plan);

        Assert.Equal(8, plan.Cells.Count);
        Assert.Single(plan.Cells, cell => (cell.Factors["layers"], cell.Factors["itemLayers"]) == ("2", "1"));
        LineFigure[] figures = [.. report.Parts.OfType<LineFigure>()];
        Assert.Equal([0, 1, 2, 3, 4], Assert.Single(figures[0].Lines).X);
        Assert.Equal([0, 1, 2, 3], Assert.Single(figures[1].Lines).X);
        Assert.Equal(figures[0].Lines[0].Y[2], figures[1].Lines[0].Y[1]);
        Assert.Equal(_small.RecallOf(plan, plan.Cells.Single(cell => cell.Factors["layers"] == "4")), figures[0].Lines[0].Y[4]);
    }

    [Fact]
    public void Depth_takes_the_other_graphs_layers_from_the_settings()
    {
        StudyCell[] cells = [.. StudyCatalog.Find("depth").Cells(_small.Request(settings: new() { ["layers"] = 6, ["itemLayers"] = "2" }))];

        Assert.Equal(9, cells.Length); // 0 to 4 and 6 layers with 2 of the item graph, whose other 0, 1 and 3 stand with 6
        Assert.Equal(["0", "1", "2", "3"], cells.Where(cell => cell.Factors["layers"] == "6").Select(cell => cell.Factors["itemLayers"]));
        Assert.Equal(["0", "1", "2", "3", "4", "6"], cells.Where(cell => cell.Factors["itemLayers"] == "2").Select(cell => cell.Factors["layers"]));
    }

    [Fact]
    public void Depth_takes_what_is_set_for_its_model_alone_and_refuses_what_is_no_number()
    {
        StudyCell[] cells = [.. StudyCatalog.Find("depth").Cells(_small.Request(settings: new() { ["layers"] = 5, ["lirdrec.layers"] = 3 }))];

        Assert.Equal(["0", "1", "2", "3"], cells.Where(cell => cell.Factors["layers"] == "3").Select(cell => cell.Factors["itemLayers"]));
        string message = Assert.Throws<InvalidInputException>(() => StudyCatalog.Find("depth").Cells(_small.Request(settings: new() { ["layers"] = "abc" })).ToArray()).Message;
        Assert.Contains("'layers'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Uninformative_features_are_lines_over_noise_beside_level_ones()
    {
        StudyPlan plan = _small.Plan("uninformative-features", models: ["vbpr"], seeds: [1, 2]);
        Report report = _small.Run(plan);

        Assert.Equal([("vbpr", 7), ("mf", 1), ("lightgcn", 1)], plan.Cells.GroupBy(cell => cell.Model).Select(cells => (cells.Key, cells.Count())));
        LineFigure figure = Assert.Single(report.Parts.OfType<LineFigure>());
        Assert.Equal(["VBPR", "VBPR, of other items", "MF", "LightGCN"], figure.Lines.Select(line => line.Name));
        Assert.Equal([0, 0.25, 0.5, 0.75, 0.9, 1], figure.Lines[0].X);
        Assert.Equal(6, figure.Lines[0].Low!.Count);
        double mf = (_small.RecallOf(plan, plan.Cells[7], 1) + _small.RecallOf(plan, plan.Cells[7], 2)) / 2;
        Assert.Equal([0, 1], figure.Lines[2].X);
        Assert.Equal([mf, mf], figure.Lines[2].Y, (one, other) => Math.Abs(one - other) < 1e-12);
        Assert.Equal(6, report.Parts.OfType<Table>().Last().Rows.Count);
    }

    [Theory]
    [InlineData(0.45, "MF overtakes VBPR where noise is about 0.38 of its features, by the mean over seeds.")] // halfway from .5 to .4, between .25 and .5
    [InlineData(0.9, "MF is better than VBPR even with true features.")]
    [InlineData(0.05, "MF does not overtake VBPR, not even where its features are noise alone.")]
    public void Where_a_model_without_features_overtakes_is_said(double mf, string sentence)
    {
        StudyCell[] cells = [.. StudyCatalog.Find("uninformative-features").Cells(_small.Request(["vbpr"]))];
        Dictionary<double, double> recalls = new() { [0] = 0.6, [0.25] = 0.5, [0.5] = 0.4, [0.75] = 0.3, [0.9] = 0.2, [1] = 0.1 };
        var outcome = new StudyOutcome(new StudyPlan("uninformative-features", [1], cells), cell =>
        [
            new(cell, 1, "", "", "", 0) { Test = new() { ["metrics"] = new JsonObject { ["Recall@20"] = cell.Model == "mf" ? mf : cell.Model == "lightgcn" ? 0.3 : recalls[cell.Variant.Noise] } } },
        ]);

        Assert.Contains(StudyCatalog.Find("uninformative-features").Report(outcome).OfType<Paragraph>(), paragraph => paragraph.Text == $"On small, {sentence}");
    }
}
