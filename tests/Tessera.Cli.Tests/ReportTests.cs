using System.Text.Json.Nodes;
using Tessera.Compute.Random;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Data.Splitting;

namespace Tessera.Cli.Tests;

public sealed class ReportTests(Workplace work) : IClassFixture<Workplace>
{
    [Fact]
    public void A_finished_run_is_reported_with_its_curves_results_weights_and_settings()
    {
        string run = work.Train();
        JsonNode metrics = JsonNode.Parse(File.ReadAllText(Path.Combine(run, "metrics.json")))!;

        Outcome outcome = work.Run("report", "--run", run);

        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.StartsWith("Finished run of 3 epochs; open ", outcome.Out, StringComparison.Ordinal);
        string folder = Path.Combine(run, "report"), text = File.ReadAllText(Path.Combine(folder, "report.md")), csv = File.ReadAllText(Path.Combine(folder, "report.csv"));
        Assert.Contains("The run ran to the end after 3 epochs", text, StringComparison.Ordinal);
        foreach (string part in new[] { "## Curves", "## Results", "## Weights of the modalities", "## Settings", "| learningRate | 0.01 |", "| decayRate |", "| modalities | image, text |" })
            Assert.Contains(part, text, StringComparison.Ordinal);
        foreach ((string chunk, JsonNode? spread) in metrics["chunkWeights"]!.AsObject())
            Assert.Contains($"Weights of the latent modalities,{chunk},weight,{(double)spread!["mean"]!:R},{(double)spread["deviation"]!:R},\n", csv, StringComparison.Ordinal);
        Assert.Contains($",test,Recall@20,{(double)metrics["test"]!["metrics"]!["Recall@20"]!:R},,\n", csv, StringComparison.Ordinal);
        foreach (JsonNode line in Epochs(run))
            Assert.Contains($"Validation,{line["epoch"]},NDCG@20,{(double)line["validation"]!["NDCG@20"]!:R},,\n", csv, StringComparison.Ordinal);
        Assert.Equal(6, Directory.GetFiles(Path.Combine(folder, "figures")).Length); // loss, validation and weights, twice each
        Assert.Equal(0, work.Run("evaluate", "--run", run, "--data", work.Data).Code); // it is no part of what the run answers from
    }

    [Fact]
    public void An_unfinished_run_is_reported_up_to_its_last_whole_epoch()
    {
        string run = work.Train(), page = work.New("page"), epochs = Path.Combine(run, "epochs.jsonl");
        File.Delete(Path.Combine(run, "metrics.json"));
        File.AppendAllText(epochs, "{\"epoch\":4,\"loss\":0.");

        Outcome outcome = work.Run("report", "--run", run, "--out", page, "--json");

        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.Equal((false, 3), ((bool)outcome.Json["finished"]!, (int)outcome.Json["epochs"]!));
        Assert.Equal(Path.Combine(page, "report.html"), (string)outcome.Json["page"]!);
        Assert.Contains("The run is not finished: 3 epochs so far", File.ReadAllText(Path.Combine(page, "report.html")), StringComparison.Ordinal);
        Assert.Equal(["Loss", "Validation"], Titles(page, "lines"));
        Assert.False(Directory.Exists(Path.Combine(run, "report")));
    }

    [Fact]
    public void A_run_that_has_just_begun_is_reported_by_its_settings()
    {
        string run = work.Train(), page = work.New("page");
        File.Delete(Path.Combine(run, "metrics.json"));
        File.Delete(Path.Combine(run, "epochs.jsonl"));
        Assert.Equal(0, work.Run("report", "--run", run, "--out", page).Code);
        Assert.Empty(Titles(page, "lines"));
        Assert.Equal(["Run", "Options of lirdrec", "Options of training"], Titles(page, "table"));
    }

    [Fact]
    public void Warm_and_cold_items_have_a_figure_where_a_split_has_both()
    {
        string data = work.New("mixed"), run = work.New("run"), page = work.New("page");
        DatasetWriter.Write(ColdStartSplit.Mixed(Workplace.Tiny(seed: 7), new Rng(3)), data);
        Dataset mixed = ColdStartSplit.Mixed(Workplace.Tiny(seed: 7), new Rng(3));
        int[] tested = mixed.Test.ItemCounts();
        new SplitRecord(SplitRecord.ColdMixed, 3, mixed.Users, mixed.Items, mixed.Train.Count, mixed.Validation.Count, mixed.Test.Count)
        {
            ColdValidationItems = [.. mixed.ColdItems!.Where(item => tested[item] == 0)],
            ColdTestItems = [.. mixed.ColdItems!.Where(item => tested[item] > 0)],
        }.Write(data);
        Assert.Equal(0, work.Run(["train", "--data", data, "--model", "lirdrec", "--out", run, .. Workplace.Quick]).Code);

        Assert.Equal(0, work.Run("report", "--run", run, "--out", page).Code);

        Assert.Equal(["Loss", "Validation", "Recall@20 of warm and cold items"], Titles(page, "lines"));
        string csv = File.ReadAllText(Path.Combine(page, "report.csv"));
        foreach (JsonNode line in Epochs(run))
            Assert.Contains($"Recall@20 of warm and cold items,{line["epoch"]},harmonic mean,{(double)line["harmonicMean"]!["Recall@20"]!:R},,\n", csv, StringComparison.Ordinal);
        Assert.Contains("| test, cold items |", File.ReadAllText(Path.Combine(page, "report.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_without_epochs_has_no_curves()
    {
        string run = work.New("run"), page = work.New("page");
        Assert.Equal(0, work.Run("train", "--data", work.Data, "--model", "popularity", "--out", run).Code);
        Assert.Equal(0, work.Run("report", "--run", run, "--out", page).Code);
        Assert.Empty(Titles(page, "lines"));
        Assert.Contains("computed at once, without epochs.", File.ReadAllText(Path.Combine(page, "report.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_takes_the_place_of_an_earlier_one_and_of_nothing_else()
    {
        string run = work.Train(), page = work.New("page"), other = work.New("other"), file = work.File("file", "");
        Directory.CreateDirectory(other);
        File.WriteAllText(Path.Combine(other, "report.md"), "mine");
        Assert.Equal(0, work.Run("report", "--run", run, "--out", page).Code);
        Assert.Equal(0, work.Run("report", "--run", run, "--out", page).Code);

        foreach ((string folder, string sentence) in new[] { (other, "is not empty and holds no report"), (file, "is a file; expected a folder"), (Path.Combine(file, "below"), "is a file; expected a folder") })
        {
            Outcome refused = work.Run("report", "--run", run, "--out", folder);
            Assert.Equal(2, refused.Code);
            Assert.Contains(sentence, Assert.Single(refused.Errors), StringComparison.Ordinal);
        }

        Assert.Equal("mine", File.ReadAllText(Assert.Single(Directory.GetFiles(other))));
    }

    [Fact]
    public void What_is_no_run_is_refused_and_nothing_is_written()
    {
        string damaged = work.Train(), page = work.New("page");
        File.WriteAllText(Path.Combine(damaged, "epochs.jsonl"), "{\"epoch\":1}\n");
        foreach ((string run, string sentence) in new[] { (work.New("none"), "expected a folder that 'tessera train --out' made"), (work.Data, "There is no"), (damaged, "is no epoch of a run (it has no 'loss')") })
        {
            Outcome refused = work.Run("report", "--run", run, "--out", page);
            Assert.Equal(2, refused.Code);
            Assert.Contains(sentence, Assert.Single(refused.Errors), StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(page));
    }

    [Fact]
    public void A_restart_deletes_the_report_of_the_run_that_was_there()
    {
        string run = work.Train();
        File.Delete(Path.Combine(run, "metrics.json"));
        Assert.Equal(0, work.Run("report", "--run", run).Code);
        Assert.Equal(0, work.Run(["train", "--data", work.Data, "--model", "lirdrec", "--out", run, "--restart", .. Workplace.Quick]).Code);
        Assert.False(Directory.Exists(Path.Combine(run, "report")));
    }

    private static IEnumerable<JsonNode> Epochs(string run) => File.ReadLines(Path.Combine(run, "epochs.jsonl")).Select(line => JsonNode.Parse(line)!);

    private static IEnumerable<string> Titles(string page, string kind) => JsonNode.Parse(File.ReadAllText(Path.Combine(page, "report.json")))!["parts"]!.AsArray()
        .Where(part => (string)part!["kind"]! == kind).Select(part => (string)part!["title"]!);
}
