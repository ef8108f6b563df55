using System.Text.Json;
using System.Text.Json.Nodes;
using Tessera.Data;
using Tessera.Studies.Paper;
using Tessera.Studies.Plans;
using Tessera.Studies.Reports;

namespace Tessera.Studies.Tests.Paper;

public sealed class ComparisonStudyTests : IDisposable
{
    private readonly SmallStudy _small = new();

    public void Dispose() => _small.Dispose();

    [Fact]
    public void Models_are_held_against_LirdRec_wherever_it_stands_and_settings_go_to_those_that_have_them()
    {
        StudyPlan plan = _small.Plan("comparison", SmallStudy.Tiny(others: new() { ["decayRate"] = 0.95, ["featureScaling"] = "l2", ["neighbors"] = 5 }), ["ease", "mf", "lirdrec"]);
        Report report = _small.Run(plan);

        Assert.Equal(
            ["""{"neighbors":5}""", """{"epochs":2,"embeddingSize":8,"learningRate":0.01}""", """{"epochs":2,"embeddingSize":8,"learningRate":0.01,"decayRate":0.95,"featureScaling":"l2","neighbors":5}"""],
            plan.Cells.Select(cell => cell.Settings.ToJsonString()));
        Table[] tables = [.. report.Parts.OfType<Table>()];
        Assert.Equal(["EASE", "MF", "LIRDRec"], tables[0].Rows.Select(row => row[0].Text));
        Assert.Equal("no epochs", tables[0].Rows[0][^1].Text);
        Assert.Equal("Models on small: difference to LIRDRec", tables[1].Title);
        Assert.Equal(["EASE", "MF"], tables[1].Rows.Select(row => row[0].Text));
        Assert.Equal(_small.RecallOf(plan, plan.Cells[1]) - _small.RecallOf(plan, plan.Cells[2]), tables[1].Rows[1][1].Value!.Value, 1e-12);
    }

    [Theory]
    [InlineData("comparison", "vbpr")]
    [InlineData("uninformative-features", "vbpr")]
    [InlineData("preprocessing", "vbpr")]
    [InlineData("transform", "lirdrec")]
    public void Modalities_asked_for_are_those_that_cells_have(string study, string model)
    {
        StudyRequest request = _small.Request([model]);
        StudyRequest ofText = request with { Modalities = request.Data.ToDictionary(data => data.Folder, _ => new[] { "text" }) };

        Assert.All(StudyCatalog.Find(study).Cells(ofText), cell => Assert.Equal(["text"], cell.Variant.Modalities));
    }

    [Fact]
    public void Without_models_asked_for_there_are_the_papers_and_four_that_it_lacks()
    {
        string[] models = [.. StudyCatalog.Find("comparison").Cells(_small.Request()).Select(cell => cell.Model)];

        Assert.Equal(15, models.Distinct().Count());
        Assert.Equal(["ease", "item-knn", "mm-gf", "popularity"], models.Where(model => PublishedNumbers.Of("Baby", model, DifferenceTable.Metric) is null).Order());
        Assert.Equal(0.1048, PublishedNumbers.Of("baby", "lirdrec", DifferenceTable.Metric));
        Assert.Null(PublishedNumbers.Of("elec", "lattice", DifferenceTable.Metric)); // out of memory
        Assert.Null(PublishedNumbers.Of("lastfm", "mf", DifferenceTable.Metric));
    }

    [Fact]
    public void Presets_are_held_against_all_models_as_published()
    {
        StudyRequest request = _small.Request(["lirdrec", "ease"]) with { SearchMinutes = 0 };
        StudyPlan plan = SmallStudy.Plan("comparison", request, [3]);

        Report report = _small.Run(plan);

        StudyCell preset = plan.Cells[^1];
        Assert.Equal(("LIRDRec, preset lirdrec-cosine", "cosine", null), (preset.Factors["model"], (string?)preset.Settings["loss"], preset.Search));
        Table[] tables = [.. report.Parts.OfType<Table>()];
        Assert.Equal(_small.RecallOf(plan, preset), tables.Single(table => table.Title == "Presets on small").Rows.Single()[3].Value);
        Table differences = tables.Single(table => table.Title == "Models on small as published: difference to LIRDRec, preset lirdrec-cosine");
        Assert.Equal(["LIRDRec", "EASE"], differences.Rows.Select(row => row[0].Text));
        Assert.Equal(_small.RecallOf(plan, plan.Cells[1]) - _small.RecallOf(plan, preset), differences.Rows[1][1].Value!.Value, 1e-12);
    }

    [Fact]
    public void All_tracks_stand_side_by_side_with_what_their_differences_are()
    {
        StudyPlan plan = SmallStudy.Plan("comparison", _small.Request(["lirdrec", "mf", "ease"]) with { SearchMinutes = 0 }, [3]);

        Table[] tables = [.. _small.Run(plan).Parts.OfType<Table>()];

        Table all = tables[0];
        Assert.Equal("Models on small: Recall@20 side by side", all.Title);
        Assert.Equal(["model", "as published", "same losses", "same losses, corrected"], all.Columns);
        Assert.Equal(["LIRDRec", "MF", "EASE"], all.Rows.Select(row => row[0].Text));
        Assert.Equal(["", ""], all.Rows[2].Skip(2).Select(cell => cell.Text)); // it has no loss
        foreach ((int column, string track) in all.Columns.Index().Skip(1))
        {
            Table results = Titled($"Models on small, {track}"), differences = Titled($"Models on small, {track}: difference to LIRDRec");
            Assert.Equal(results.Rows[0][3].Text, all.Rows[0][column].Text);
            Assert.Equal(results.Rows[1][3].Value, all.Rows[1][column].Value);
            Assert.Equal(differences.Rows[0][^1].Text, all.Rows[1][column].Text[^1] switch { '≈' => "noise", '↑' => "better", _ => "worse" });
        }

        Table Titled(string title) => tables.Single(table => table.Title == title);
    }

    [Fact]
    public void A_search_chooses_on_validation_by_other_seeds_and_goes_on_where_it_was()
    {
        StudyRequest request = _small.Request(["mf", "ease"]) with { SearchMinutes = 0 };

        Assert.Equal([3UL, 4], request.Seeds(2));
        Assert.Equal([1UL, 2], (request with { SearchMinutes = null }).Seeds(2));

        StudyPlan plan = SmallStudy.Plan("comparison", request, [3, 4]);
        Report report = _small.Run(plan);

        Assert.Equal(
            [("mf", "as published", false), ("ease", "as published", false), ("mf", "same losses", true), ("mf", "same losses, corrected", true)],
            plan.Cells.Select(cell => (cell.Model, cell.Factors["track"], cell.Search!.Losses)));
        Table[] chosen = [.. report.Parts.OfType<Table>().Where(table => table.Title.EndsWith("settings chosen", StringComparison.Ordinal))];
        Assert.Equal([["MF", "EASE"], ["MF", "EASE"]], chosen.Select(table => table.Rows.Select(row => row[0].Text)));
        string mf = Chosen(plan, plan.Cells[0], 3), losses = Chosen(plan, plan.Cells[2], 3);
        Assert.Equal(mf, Chosen(plan, plan.Cells[0], 4));
        Assert.Contains("\"epochs\":2,\"embeddingSize\":8,\"learningRate\":0.01", mf, StringComparison.Ordinal); // as asked for, not searched
        Assert.Contains("\"regularization\":", mf, StringComparison.Ordinal);
        Assert.DoesNotContain("\"loss\":", mf, StringComparison.Ordinal);
        Assert.Contains("\"loss\":", losses, StringComparison.Ordinal);
        string[] searches = [.. Directory.GetDirectories(_small.In("study/searches")).SelectMany(Directory.GetDirectories)];
        Assert.All(searches, trial => Assert.Matches("-[12]$", trial));
        Assert.All(searches, trial => Assert.Null(JsonNode.Parse(File.ReadAllText(Path.Combine(trial, "metrics.json")))!["test"])); // nobody looked at it
    }

    [Fact]
    public void Scores_are_corrected_as_a_run_with_the_same_settings_corrects_them()
    {
        StudyPlan plan = SmallStudy.Plan("comparison", _small.Request(["mf"]) with { SearchMinutes = 0 }, [3]);
        Assert.Equal(2, _small.Runner(plan).Costs(CancellationToken.None).Sum(cost => cost.Trainings));
        Report report = _small.Run(plan);
        (StudyCell trained, StudyCell corrected) = (plan.Cells[1], plan.Cells[2]);
        JsonObject settings = JsonNode.Parse(Chosen(plan, trained, 3))!.AsObject();
        settings["behavior"] = "ease";

        JsonObject? whole = _small.Runner(plan).Of(trained with { Search = null, Settings = settings }, 3, _small.Device).Train().Test;

        Assert.True(JsonNode.DeepEquals(whole, _small.ResultOf(plan, corrected).Test));
        Assert.False(JsonNode.DeepEquals(_small.ResultOf(plan, trained).Test, _small.ResultOf(plan, corrected).Test));
        Assert.False(Directory.Exists(_small.Runner(plan).Of(corrected, 3).RunFolder)); // trained once
        Table weights = report.Parts.OfType<Table>().Single(table => table.Title.EndsWith("weights chosen", StringComparison.Ordinal));
        Assert.Equal(["MF", $"{Studies.Cells.CellRun.CorrectionOf(_small.ResultOf(plan, corrected))}"], weights.Rows.Single().Select(cell => cell.Text));
    }

    [Fact]
    public void Seeds_of_a_cell_share_its_search_also_at_the_same_time()
    {
        StudyPlan plan = SmallStudy.Plan("comparison", _small.Request(["mf"]) with { SearchMinutes = 0 }, [3, 4, 5]);
        var runner = new StudyRunner(StudyCatalog.Find("comparison"), plan with { Cells = [plan.Cells[0]] }, _small.In("study")) { Parallel = 3 };

        runner.Measure(null, default);

        Assert.Single(plan.Seeds.Select(seed => Chosen(plan, plan.Cells[0], seed)).Distinct());
        Assert.Equal(3, plan.Seeds.Select(seed => _small.RecallOf(plan, plan.Cells[0], seed)).Distinct().Count());
    }

    [Fact]
    public void A_seed_that_settings_are_searched_with_is_refused()
    {
        StudyRequest request = _small.Request(["mf"]) with { SearchMinutes = 0 };

        string message = Assert.Throws<InvalidInputException>(() => _small.Run(SmallStudy.Plan("comparison", request, [2]))).Message;

        Assert.Equal("Settings are searched with the seeds 1 and 2, and what is chosen is measured with others; leave 2 out of the seeds.", message);
    }

    [Theory]
    [InlineData("""{ "Kept": 0.5 }""")]
    [InlineData("""{ "Noise": 0.1 }""")]
    public void Data_that_each_seed_draws_anew_is_not_searched(string variant)
    {
        StudyPlan plan = SmallStudy.Plan("comparison", _small.Request(["mf"]) with { SearchMinutes = 0 }, [4, 3]);
        plan = plan with { Cells = [.. plan.Cells.Select(cell => cell with { Variant = JsonSerializer.Deserialize<DataVariant>(variant)! })] };

        string message = Assert.Throws<InvalidInputException>(() => _small.Runner(plan).Check()).Message;

        Assert.EndsWith(" searches settings on data that each seed draws anew; leave its search out, or split, shuffledRows, noise and kept of its variant.", message, StringComparison.Ordinal);
        Assert.Throws<InvalidInputException>(() => _small.Runner(SmallStudy.Plan("comparison", _small.Request(["mf"]) with { SearchMinutes = 0 }, [4, 1])).Check());
    }

    [Fact]
    public void A_search_chooses_the_loss_itself()
    {
        StudyRequest request = _small.Request(["mf"], SmallStudy.Tiny(others: new() { ["loss"] = "cosine" }));
        SmallStudy.Plan("comparison", request);
        var refused = Assert.Throws<InvalidInputException>(() => SmallStudy.Plan("comparison", request with { SearchMinutes = 1 }, [3]));
        Assert.Equal("The study 'comparison' decides on 'loss' itself; leave it out of the settings.", refused.Message);
    }

    [Fact]
    public void Models_that_read_features_need_some()
    {
        StudyRequest request = _small.Request(modalities: []);

        string message = Assert.Throws<InvalidInputException>(() => StudyCatalog.Find("comparison").Cells(request).ToArray()).Message;

        Assert.Contains("has no modality, and the study 'comparison' needs", message, StringComparison.Ordinal);
        Assert.Single(StudyCatalog.Find("comparison").Cells(request with { Models = ["mf"] }));
    }

    private string Chosen(StudyPlan plan, StudyCell cell, ulong seed) => Studies.Cells.CellRun.SearchOf(_small.ResultOf(plan, cell, seed))!.Settings.ToJsonString();
}
