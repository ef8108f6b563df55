using System.Text.Json.Nodes;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Studies.Paper;
using Tessera.Studies.Plans;
using Tessera.Studies.Reports;

namespace Tessera.Studies.Tests.Paper;

public sealed class StartupStudyTests
{
    [Theory]
    [InlineData(3, 0.1, 0.5, 0.91, 1.0)]
    [InlineData(1, 0.9, 1.0)]
    [InlineData(2, 0.1, 0.2, 0.15)]
    [InlineData(1, 0.0, 0.0)]
    public void The_first_epoch_that_has_nine_tenths_of_the_best_counts(int epochs, params double[] curve) => Assert.Equal(epochs, StartupStudy.EpochsToMost(curve));

    [Fact]
    public void Epochs_for_one_model_alone_are_those_of_that_model()
    {
        using var small = new SmallStudy();
        StudyPlan plan = small.Plan("startup", SmallStudy.Tiny(epochs: 3, new() { ["lirdrec.epochs"] = 4 }), ["mf", "lirdrec"]);
        Assert.Equal([(3, 3), (4, 4)], plan.Cells.Select(cell => ((int)cell.Settings["epochs"]!, (int)cell.Settings["patience"]!)));
    }

    [Fact]
    public void Each_model_has_a_line_with_a_point_for_each_epoch_and_a_band_over_seeds()
    {
        using var small = new SmallStudy();
        StudyPlan plan = small.Plan("startup", SmallStudy.Tiny(epochs: 3), ["mf", "lirdrec"], [1, 2]);

        Report report = small.Run(plan);

        LineFigure figure = Assert.Single(report.Parts.OfType<LineFigure>());
        Assert.Equal(["MF", "LIRDRec"], figure.Lines.Select(line => line.Name));
        foreach ((StudyCell cell, Line line) in plan.Cells.Zip(figure.Lines))
        {
            double[][] curves = [.. plan.Seeds.Select(seed => Curve(small.ResultOf(plan with { Seeds = [seed] }, cell).Curve))];
            Assert.Equal([1, 2, 3], line.X);
            for (int epoch = 0; epoch < 3; epoch++)
            {
                double mean = (curves[0][epoch] + curves[1][epoch]) / 2, deviation = Math.Abs(curves[0][epoch] - curves[1][epoch]) / Math.Sqrt(2);
                Assert.Equal(mean, line.Y[epoch], 12);
                Assert.Equal(mean - deviation, line.Low![epoch], 12);
                Assert.Equal(mean + deviation, line.High![epoch], 12);
            }
        }

        Assert.Equal(["MF", "LIRDRec"], Assert.Single(report.Parts.OfType<Table>()).Rows.Select(row => row[0].Text));

        static double[] Curve(IReadOnlyList<JsonObject> epochs) => [.. epochs.Select(epoch => (double)epoch["validation"]!["Recall@20"]!)];
    }

    [Fact]
    public void It_trains_sixty_epochs_of_the_papers_models_and_vbpr_unless_told_otherwise()
    {
        using var small = new SmallStudy();

        StudyPlan plan = small.Plan("startup", []);

        Assert.Equal(["vbpr", "freedom", "lattice", "lirdrec"], plan.Cells.Select(cell => cell.Model));
        Assert.All(plan.Cells, cell => Assert.Equal((60, 60), ((int)cell.Settings["epochs"]!, (int)cell.Settings["patience"]!)));
    }

    [Fact]
    public void It_goes_on_where_it_was_stopped()
    {
        using var small = new SmallStudy();
        small.AssertResumes(small.Plan("startup", models: ["mf", "vbpr"]));
    }

    [Fact]
    public void It_refuses_what_has_no_epochs_and_data_without_validation()
    {
        using var small = new SmallStudy();
        Dataset data = small.Read();
        var unmeasured = new Dataset("bare", data.Train, Interactions.FromPairs(data.Users, data.Items, []), data.Test, data.Modalities);
        DatasetWriter.Write(unmeasured, small.In("bare"));

        Assert.Contains("EASE is computed at once", Assert.Throws<InvalidInputException>(() => small.Plan("startup", models: ["ease"])).Message, StringComparison.Ordinal);
        Assert.Contains("nothing to measure on validation", Assert.Throws<InvalidInputException>(() => StudyCatalog.Find("startup").Cells(new StudyRequest([(small.In("bare"), unmeasured)], [], [])).ToArray()).Message, StringComparison.Ordinal);
    }
}
