using System.Text.Json.Nodes;
using Tessera.Data;
using Tessera.Studies.Paper;
using Tessera.Studies.Plans;
using Tessera.Studies.Reports;

namespace Tessera.Studies.Tests.Paper;

/// <summary>The studies of one change at a time.</summary>
public sealed class AblationTests : IDisposable
{
    private readonly SmallStudy _small = new();

    public void Dispose() => _small.Dispose();

    [Fact]
    public void Components_are_those_of_Table_III_and_the_controls_it_lacks()
    {
        StudyPlan plan = _small.Plan("components", seeds: [1, 2]);
        Report report = _small.Run(plan);

        Assert.Equal(["{}", """{"fusion":"none"}""", """{"sharedChunk":false}""", """{"fusion":"uniform"}""", """{"fusion":"static"}""", """{"fusion":"attention"}"""], plan.Cells.Select(OwnSettings));
        Table[] tables = [.. report.Parts.OfType<Table>()];
        Assert.Equal(6, tables[0].Rows.Count);
        Assert.EndsWith("difference to whole", tables[1].Title, StringComparison.Ordinal);
        Assert.Equal(plan.Cells.Skip(1).Select(cell => cell.Factors["components"]), tables[1].Rows.Select(row => row[0].Text));
        BarFigure bars = Assert.Single(report.Parts.OfType<BarFigure>());
        Assert.Equal(plan.Cells.Select(cell => (_small.RecallOf(plan, cell, 1) + _small.RecallOf(plan, cell, 2)) / 2), Assert.Single(bars.Series).Values, (one, other) => Math.Abs(one - other) < 1e-12);
        Assert.Equal(tables[0].Rows.Select(row => row[3].Deviation), bars.Series[0].Deviations!.Select(deviation => (double?)deviation));
    }

    [Fact]
    public void Numbers_that_the_paper_has_stand_beside_and_no_others()
    {
        StudyCell[] cells = [.. StudyCatalog.Find("components").Cells(_small.Request()).Select(cell => cell with { Factors = new(cell.Factors) { ["data"] = "baby" } })];
        var outcome = new StudyOutcome(new StudyPlan("components", [1], cells), _ => []);

        Table table = StudyCatalog.Find("components").Report(outcome).OfType<Table>().First();

        Assert.Equal([0.1048, 0.0893, 0.1019, null, null, null], table.Rows.Select(row => row[3].Paper)); // Recall@20
        Assert.Equal([0.0374, null, null, null, null, null], table.Rows.Select(row => row[4].Paper)); // NDCG@10
        Assert.Equal([0.0465, 0.0403, 0.0449, null, null, null], table.Rows.Select(row => row[5].Paper)); // NDCG@20
    }

    [Fact]
    public void Modalities_are_each_subset_once_the_whole_first()
    {
        StudyPlan plan = _small.Plan("modalities");
        Report report = _small.Run(plan);

        Assert.Equal(["image + text", "image", "text"], plan.Cells.Select(cell => cell.Factors["modalities"]));
        Assert.Equal([["image", "text"], ["image"], ["text"]], plan.Cells.Select(cell => cell.Variant.Modalities));
        BarFigure bars = Assert.Single(report.Parts.OfType<BarFigure>());
        Assert.Equal(plan.Cells.Select(cell => _small.RecallOf(plan, cell)), bars.Series.Select(series => Assert.Single(series.Values)));
        Assert.Equal(2, report.Parts.OfType<Table>().Last().Rows.Count);
    }

    [Fact]
    public void A_data_set_of_one_modality_has_no_subsets()
    {
        Refused("modalities", _small.Request(modalities: ["text"]), "has only 'text', and the study 'modalities' needs 2 modalities or more; give one that has them, or add some by 'tessera data encode'.");
        Refused("modalities", _small.Request(settings: new() { ["itemGraphWeights"] = "image:0.1,text:0.9" }), "leave it out, and each subset has its default.");
        Refused("transform", _small.Request(modalities: []), "has no modality, and the study 'transform' needs one or more; give one that has them, or add some by 'tessera data encode'.");
    }

    [Theory]
    [InlineData("components", "mf", "The study 'components' is of what LIRDRec alone has, and MF is asked for; leave the models out.")]
    [InlineData("sensitivity", "vbpr", "The study 'sensitivity' is of what LIRDRec alone has, and VBPR is asked for; leave the models out.")]
    [InlineData("depth", "lightgcn", "The study 'depth' is of what LIRDRec alone has, and LightGCN is asked for; leave the models out.")]
    [InlineData("transform", "bm3", "The study 'transform' is of what LIRDRec alone has, and BM3 is asked for; leave the models out.")]
    [InlineData("modalities", "mf", "MF does not learn from item features, which the study is of; leave it out of the models.")]
    [InlineData("preprocessing", "lightgcn", "LightGCN does not learn from item features, which the study is of; leave it out of the models.")]
    [InlineData("uninformative-features", "mf", "MF does not learn from item features, which the study is of; leave it out of the models.")]
    [InlineData("loss", "ease", "EASE is computed at once and has no loss, which the study 'loss' compares; leave it out of the models.")]
    public void A_model_that_a_study_is_not_of_is_refused(string study, string model, string sentence) => Refused(study, _small.Request([model]), sentence);

    [Fact]
    public void Transforms_are_all_there_are()
    {
        StudyPlan plan = _small.Plan("transform");
        Report report = _small.Run(plan);

        Assert.Equal(["item-2d", "none", "item-1d", "matrix-2d", "random-orthogonal", "learned"], plan.Cells.Select(cell => (string)cell.Settings["dct"]!));
        Assert.EndsWith("difference to 2-D, of each item", report.Parts.OfType<Table>().Last().Title, StringComparison.Ordinal);
        double[] recalls = [.. plan.Cells.Select(cell => _small.RecallOf(plan, cell))];
        Assert.Equal(recalls, Assert.Single(report.Parts.OfType<BarFigure>()).Series[0].Values);
    }

    [Fact]
    public void Scalings_are_held_against_none_of_the_same_model()
    {
        StudyPlan plan = _small.Plan("preprocessing", models: ["vbpr", "lirdrec"]);
        Report report = _small.Run(plan);

        Assert.Equal(8, plan.Cells.Count);
        Assert.Equal(["none", "l2", "standardize", "whiten"], plan.Cells.Take(4).Select(cell => (string)cell.Settings["featureScaling"]!));
        Assert.Equal(
            ["VBPR, l2", "VBPR, standardize", "VBPR, whiten", "LIRDRec, l2", "LIRDRec, standardize", "LIRDRec, whiten"],
            report.Parts.OfType<Table>().Last().Rows.Select(row => row[0].Text));
        BarFigure bars = Assert.Single(report.Parts.OfType<BarFigure>());
        Assert.Equal(["VBPR", "LIRDRec"], bars.Groups);
        Assert.Equal([_small.RecallOf(plan, plan.Cells[1]), _small.RecallOf(plan, plan.Cells[5])], bars.Series.Single(series => series.Name == "l2").Values);
    }

    [Fact]
    public void A_temperature_goes_to_the_losses_that_have_one()
    {
        StudyPlan plan = _small.Plan("loss", SmallStudy.Tiny(others: new() { ["temperature"] = 0.2 }), ["mf"]);
        Report report = _small.Run(plan);

        Assert.Equal(
            ["""{"loss":"bpr"}""", """{"loss":"bce"}""", """{"temperature":0.2,"loss":"softmax"}""", """{"temperature":0.2,"loss":"cosine"}"""], plan.Cells.Select(OwnSettings));
        Assert.Equal(["MF, bce", "MF, softmax", "MF, cosine"], report.Parts.OfType<Table>().Last().Rows.Select(row => row[0].Text));
    }

    private static void Refused(string study, StudyRequest request, string sentence)
    {
        string message = Assert.Throws<InvalidInputException>(() => StudyCatalog.Find(study).Cells(request).ToArray()).Message;
        Assert.EndsWith(sentence, message, StringComparison.Ordinal);
    }

    /// <summary>The settings that are not those of all cells here.</summary>
    private static string OwnSettings(StudyCell cell) =>
        new JsonObject(cell.Settings.Where(pair => pair.Key is not ("epochs" or "embeddingSize" or "learningRate")).Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone()))).ToJsonString();
}
