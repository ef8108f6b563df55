using System.Text.Json.Nodes;
using Tessera.Compute.Random;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Data.Splitting;

namespace Tessera.Cli.Tests;

public sealed class EvaluateTests(Workplace work) : IClassFixture<Workplace>
{
    [Theory]
    [InlineData("test")]
    [InlineData("validation")]
    public void Evaluating_a_run_gives_the_metrics_it_was_saved_with(string split)
    {
        string run = work.Train();
        JsonNode saved = JsonNode.Parse(File.ReadAllText(Path.Combine(run, "metrics.json")))!;
        Outcome outcome = work.Run("evaluate", "--run", run, "--data", work.Data, "--split", split, "--json");
        Assert.Equal(0, outcome.Code);
        Assert.Equal(split, (string)outcome.Json["split"]!);
        Assert.Equal(saved[split]!["metrics"]!.ToJsonString(), outcome.Json["metrics"]!.ToJsonString());
    }

    [Fact]
    public void The_protocol_is_the_runs_unless_another_is_asked_for()
    {
        string run = work.Train("--protocol", "mmrec");
        Outcome own = work.Run("evaluate", "--run", run, "--data", work.Data), strict = work.Run("evaluate", "--run", run, "--data", work.Data, "--protocol", "strict");
        Assert.Contains("protocol mmrec", own.Out, StringComparison.Ordinal);
        Assert.Contains("protocol strict", strict.Out, StringComparison.Ordinal);
        Assert.NotEqual(own.Out.Split('\n')[3..8], strict.Out.Split('\n')[3..8]);
    }

    [Fact]
    public void A_run_on_some_modalities_is_evaluated_on_the_whole_data_set()
    {
        string run = work.Train("--modalities", "image");
        Assert.Equal(0, work.Run("evaluate", "--run", run, "--data", work.Data).Code);
    }

    [Fact]
    public void Other_data_are_refused()
    {
        string other = work.New("other");
        DatasetWriter.Write(Workplace.Tiny(seed: 8), other);
        Outcome outcome = work.Run("evaluate", "--run", work.Train(), "--data", other);
        Assert.Equal(2, outcome.Code);
        Assert.Contains("differs from what the run was trained on (synthetic)", Assert.Single(outcome.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unfinished_run_is_refused_with_the_remedy()
    {
        string run = work.Train();
        File.Delete(Path.Combine(run, "metrics.json"));
        Outcome outcome = work.Run("evaluate", "--run", run, "--data", work.Data);
        Assert.Equal(2, outcome.Code);
        Assert.Contains("--resume", Assert.Single(outcome.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Cold_items_are_measured_among_all_items_or_among_themselves_and_both_are_named()
    {
        string data = work.New("cold"), run = work.New("run");
        ColdStartSplit split = ColdStartSplit.Of(Workplace.Tiny(seed: 7), new Rng(3));
        DatasetWriter.Write(split.Dataset, data);
        Dataset cold = split.Dataset;
        new SplitRecord(SplitRecord.ColdItems, 3, cold.Users, cold.Items, cold.Train.Count, cold.Validation.Count, cold.Test.Count)
        {
            ColdValidationItems = split.ValidationItems,
            ColdTestItems = split.TestItems,
        }.Write(data);
        Assert.Equal(0, work.Run(["train", "--data", data, "--model", "lirdrec", "--out", run, .. Workplace.Quick]).Code);

        JsonNode all = work.Run("evaluate", "--run", run, "--data", data, "--json").Json;
        JsonNode alone = work.Run("evaluate", "--run", run, "--data", data, "--candidates", "cold", "--json").Json;

        Assert.Equal(("all", "cold"), ((string)all["candidates"]!, (string)alone["candidates"]!));
        Assert.Equal((int)all["users"]!, (int)alone["users"]!);
        Assert.Equal(1d, (double)alone["metrics"]!["Recall@5"]!); // there are three of them
        Assert.InRange((double)all["metrics"]!["Recall@5"]!, 0, 0.99);
        Assert.Contains("candidates all: every item", work.Run("evaluate", "--run", run, "--data", data).Out, StringComparison.Ordinal);
        Assert.Contains(
            "candidates cold: only the cold items", work.Run("evaluate", "--run", run, "--data", data, "--candidates", "cold").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mixed_split_is_measured_in_its_parts_everywhere()
    {
        string data = work.New("mixed"), run = work.New("run");
        Dataset mixed = ColdStartSplit.Mixed(Workplace.Tiny(seed: 7), new Rng(3));
        DatasetWriter.Write(mixed, data);
        int[] trained = mixed.Train.ItemCounts(), tested = mixed.Test.ItemCounts();
        new SplitRecord(SplitRecord.ColdMixed, 3, mixed.Users, mixed.Items, mixed.Train.Count, mixed.Validation.Count, mixed.Test.Count)
        {
            ColdValidationItems = [.. mixed.ColdItems!.Where(item => tested[item] == 0)],
            ColdTestItems = [.. mixed.ColdItems!.Where(item => tested[item] > 0)],
        }.Write(data);

        Outcome trainedRun = work.Run(["train", "--data", data, "--model", "lirdrec", "--out", run, "--set", "coldItems=neighbors", .. Workplace.Quick]);

        Assert.Equal((0, ""), (trainedRun.Code, string.Join('\n', trainedRun.Errors)));
        Assert.Matches("epoch 1/3  loss [0-9.]+  Recall@20 [0-9.]+ \\(warm [0-9.]+, cold [0-9.]+, harmonic mean [0-9.]+\\)", trainedRun.Error);
        Outcome text = work.Run("evaluate", "--run", run, "--data", data);
        foreach (string part in new[] { "warm items", "cold items", "harmonic mean", "of the 20 best shown" })
        {
            Assert.Contains(part, trainedRun.Out, StringComparison.Ordinal);
            Assert.Contains(part, text.Out, StringComparison.Ordinal);
        }

        JsonNode json = work.Run("evaluate", "--run", run, "--data", data, "--json").Json, saved = JsonNode.Parse(File.ReadAllText(Path.Combine(run, "metrics.json")))!["test"]!;
        foreach (string part in new[] { "users", "metrics", "warm", "cold", "harmonicMean", "coldShare" })
            Assert.Equal(saved[part]!.ToJsonString(), json[part]!.ToJsonString());
        double warm = (double)json["warm"]!["metrics"]!["Recall@5"]!, cold = (double)json["cold"]!["metrics"]!["Recall@5"]!;
        Assert.Equal(2 * warm * cold / (warm + cold), (double)json["harmonicMean"]!["Recall@5"]!, 1e-12);
        Assert.True(warm > 0 && cold > 0);
    }

    [Fact]
    public void Training_on_cold_items_says_what_each_line_ranks()
    {
        string data = work.New("cold"), run = work.New("run");
        DatasetWriter.Write(ColdStartSplit.Of(Workplace.Tiny(seed: 7), new Rng(3)).Dataset, data);

        Outcome outcome = work.Run(["train", "--data", data, "--model", "lirdrec", "--out", run, .. Workplace.Quick]);

        string[] lines = outcome.Out.Split('\n');
        int[] places = [.. new[] { "validation, cold items alone", "test, cold items alone", "test, all items" }.Select(row => Array.FindIndex(lines, line => line.Contains(row, StringComparison.Ordinal)))];
        Assert.True(places[0] > 0 && places[0] < places[1] && places[1] < places[2], outcome.Out);
        Assert.NotNull(JsonNode.Parse(File.ReadAllText(Path.Combine(run, "metrics.json")))!["testAmongCold"]);
    }

    [Theory]
    [InlineData("cold", "it has no split.json")]
    [InlineData("warm", "There are no candidates 'warm'")]
    public void Candidates_that_cannot_be_had_are_refused(string name, string sentence)
    {
        Outcome outcome = work.Run("evaluate", "--run", work.Train(), "--data", work.Data, "--candidates", name);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(sentence, Assert.Single(outcome.Errors), StringComparison.Ordinal);
    }
}
