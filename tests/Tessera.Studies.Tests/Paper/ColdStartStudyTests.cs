using System.Text.Json.Nodes;
using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Data.Splitting;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Graphs;
using Tessera.Recommendation.Live;
using Tessera.Recommendation.Metrics;
using Tessera.Recommendation.Runs;
using Tessera.Recommendation.Scoring;
using Tessera.Recommendation.Training;
using Tessera.Studies.Cells;
using Tessera.Studies.Paper;
using Tessera.Studies.Plans;
using Tessera.Studies.Reports;

namespace Tessera.Studies.Tests.Paper;

public sealed class ColdStartStudyTests
{
    private const string Later = "preset lirdrec-cosine, cold items added later";

    [Fact]
    public void Content_neighbors_share_the_weight_of_each_modality_and_nobodys_items_are_none()
    {
        using var device = new Device(1);
        using Matrix picture = Matrix.From(new[,] { { 1f, 0 }, { 0.9f, 0.1f }, { 0, 1f }, { 0.8f, 0.3f } });
        using Matrix text = Matrix.From(new[,] { { 0f, 1 }, { 1, 0 }, { 0.9f, 0.2f }, { 0, 0 } });
        var train = Interactions.FromPairs(2, 4, [(0, 0), (0, 2), (1, 1)]); // nobody has item 3, which has no text

        CsrMatrix weights = ContentNeighbors.Weights([new Modality("image", picture), new Modality("text", text)], train, neighbors: 1, new NeighborGraphs(device));

        // Of image (0.1) the nearest of 0, 1, 2, 3 are 1, 0, 1, 1; of text (0.9) those of 0, 1, 2 are 2, 2, 1.
        float[,] expected = { { 0, 0.1f, 0, 0 }, { 0.1f, 0, 1f, 1f }, { 0.9f, 0.9f, 0, 0 }, { 0, 0, 0, 0 } };
        for (int had = 0; had < 4; had++)
        {
            float[] row = new float[4];
            foreach ((int column, float value) in weights.RowColumns(had).ToArray().Zip(weights.RowValues(had).ToArray())) row[column] = value;
            for (int item = 0; item < 4; item++) Assert.Equal(expected[had, item], row[item], 6);
        }
    }

    [Fact]
    public void Cold_items_are_measured_among_themselves_among_all_and_by_degree()
    {
        using var small = new SmallStudy();
        StudyPlan plan = small.Plan("cold-start", models: ["lirdrec"]);
        string[] alone = ["LIRDRec, as published", "LIRDRec, cold items by neighbors", "preset lirdrec-cosine", "content neighbors", "random"];
        string[] mixed = [alone[0], "LIRDRec, factor on cold items", .. alone[1..3], Later, $"{Later}, no factor", .. alone[3..]];
        Assert.Equal([.. alone, .. mixed], plan.Cells.Select(cell => cell.Factors["method"]));

        Report report = small.Run(plan);

        foreach (StudyCell cell in plan.Cells)
        {
            CellResult result = small.ResultOf(plan, cell);
            if (cell.Variant.Split == SplitScheme.ColdItems)
            {
                Assert.True(Recall(result.TestAmongCold) >= Recall(result.Test), cell.Factors["method"]); // fewer candidates, the same items
                continue;
            }

            Assert.Null(result.TestAmongCold);
            Assert.Equal(Recall(result.Test!["cold"]), (double)result.Measured["recallByDegree"]!["cold"]!, 12);
            Assert.InRange((double)result.Test!["coldShare"]!, 0, 1);
        }

        Assert.Equal(3, report.Parts.OfType<BarFigure>().Count());
        string[] beside = [.. mixed.Where(method => method is not ("preset lirdrec-cosine" or "content neighbors" or "random"))];
        Assert.Equal([alone, mixed, beside], report.Parts.OfType<Table>().Select(table => table.Rows.Select(row => row[0].Text).ToArray()));
        Assert.DoesNotContain("not measured yet", SmallStudy.Texts(report));

        static double Recall(JsonNode? measured) => (double)measured!["metrics"]!["Recall@20"]!;
    }

    [Fact]
    public void Where_warm_and_cold_items_stand_side_by_side_other_models_have_the_settings_of_a_preset_too()
    {
        using var small = new SmallStudy();

        StudyCell[] cells = [.. small.Plan("cold-start", models: ["vbpr", "ease", "lirdrec"]).Cells.Where(cell => cell.Factors["method"].Contains("settings of", StringComparison.Ordinal))];

        StudyCell cell = Assert.Single(cells); // EASE learns nothing, and LIRDRec with them is the preset
        Assert.Equal(("VBPR, settings of preset lirdrec-cosine", "vbpr", SplitScheme.ColdMixed), (cell.Factors["method"], cell.Model, cell.Variant.Split));
        Assert.Equal(("cosine", "standardize", "neighbors"), ((string?)cell.Settings["loss"], (string?)cell.Settings["featureScaling"], (string?)cell.Settings["coldItems"]));
    }

    [Fact]
    public void Items_that_are_added_later_stand_where_the_data_has_them()
    {
        using var small = new SmallStudy();
        StudyPlan plan = small.Plan("cold-start", models: ["lirdrec"]);
        plan = plan with { Cells = [plan.Cells.Single(cell => cell.Factors["method"] == Later)] };
        small.Run(plan);
        CellRun run = small.Runner(plan).Of(plan.Cells[0], plan.Seeds[0]);
        Dataset all = run.ReadData(run.Cell.Variant with { WithoutCold = false });
        int[] known = DataVariant.ItemsWithoutCold(all);
        Assert.Equal(all.Items - 8, known.Length); // a fifth of 40 are held out
        using TrainedRun trained = TrainedRun.Open(run.RunFolder);
        using LiveRecommender live = LiveRecommender.Open(run.RunFolder, StudyRequest.Catalog);

        using Matrix vectors = ColdStartStudy.AddCold(live, all);

        for (int item = 0; item < all.Items; item++)
        {
            int place = Array.IndexOf(known, item);
            Dictionary<string, float[]> features = all.Modalities.ToDictionary(modality => modality.Name, modality => modality.Features.Row(item).ToArray());
            Assert.Equal(place >= 0 ? trained.Embeddings.Items.Row(place).ToArray() : live.VectorOf(new NewItem("again", features)), vectors.Row(item).ToArray());
        }

        Assert.True((double)run.Read()!.Measured["testBefore"]!["metrics"]!["Recall@20"]! > 0);
        Assert.Equal(ResultTable.TestOf(run.Read()!, "Recall@20")!.Value, run.ReadUsers()!.Of(new(Metric.Recall, 20)).Values.Average(), 12);
    }

    [Fact]
    public void Validation_chooses_how_high_later_items_stand_unless_a_factor_is_set()
    {
        using var small = new SmallStudy();
        StudyPlan plan = small.Plan("cold-start", models: ["lirdrec"]);
        plan = plan with { Cells = [.. plan.Cells.Where(cell => cell.Variant.WithoutCold)] };
        small.Run(plan);
        CellRun chosen = small.Runner(plan).Of(plan.Cells[0], plan.Seeds[0]), without = small.Runner(plan).Of(plan.Cells[1], plan.Seeds[0]);
        Dataset all = chosen.ReadData(chosen.Cell.Variant with { WithoutCold = false });
        using LiveRecommender live = LiveRecommender.Open(chosen.RunFolder, StudyRequest.Catalog);
        using Matrix added = ColdStartStudy.AddCold(live, all);
        var recall = new MetricName(Metric.Recall, 20);

        float factor = (float)chosen.Read()!.Measured["coldItemFactor"]!;

        Assert.Equal(TrainingOptions.ColdItemFactors.MaxBy(one => Evaluated(one, HeldOut.Validation(all)).HarmonicMean(recall)), factor);
        Assert.Equal(Evaluated(factor, HeldOut.Test(all, Protocol.Strict))[recall], ResultTable.TestOf(chosen.Read()!, "Recall@20")!.Value, 12);
        Assert.Equal(1, (float)without.Read()!.Measured["coldItemFactor"]!);
        Assert.Equal(Evaluated(1, HeldOut.Test(all, Protocol.Strict))[recall], ResultTable.TestOf(without.Read()!, "Recall@20")!.Value, 12);

        EvaluationResult Evaluated(float one, HeldOut heldOut)
        {
            using Matrix items = added.Clone();
            foreach (int item in all.ColdItems!)
            {
                foreach (ref float value in items.Row(item)) value *= one;
            }

            using var scorer = new DotProductScorer(items, (users, queries, device) => device.GatherRows(live.Current.Embeddings.Users, users, queries));
            return new Evaluator(small.Device, all.Train).Evaluate(scorer, [heldOut])[0];
        }
    }

    [Fact]
    public void Without_named_models_those_of_the_figure_are_compared()
    {
        using var small = new SmallStudy();
        Assert.Equal(
            [
                .. new[] { "VBPR", "LATTICE", "FREEDOM", "LIRDRec" }.SelectMany(title => new[] { $"{title}, as published", $"{title}, cold items by neighbors" }),
                "preset lirdrec-cosine", "content neighbors", "random",
            ],
            small.Plan("cold-start").Cells.Where(cell => cell.Variant.Split == SplitScheme.ColdItems).Select(cell => cell.Factors["method"]));
    }

    [Fact]
    public void It_goes_on_where_it_was_stopped()
    {
        using var small = new SmallStudy();
        small.AssertResumes(small.Plan("cold-start", models: ["vbpr"]));
    }

    [Fact]
    public void It_refuses_data_without_features()
    {
        using var small = new SmallStudy();
        var request = new StudyRequest([("bare", small.Read().WithModalities([]))], [], []);
        Assert.Contains("no item features", Assert.Throws<InvalidInputException>(() => StudyCatalog.Find("cold-start").Cells(request)).Message, StringComparison.Ordinal);
    }
}
