using System.Text.Json.Nodes;

namespace Tessera.Cli.Tests;

public sealed class TuneTests(Workplace work) : IClassFixture<Workplace>
{
    [Fact]
    public void It_chooses_the_setting_that_learns_and_a_second_command_repeats_nothing()
    {
        string grid = work.File("grid.json", """{ "learningRate": [1e-8, 0.02, 1e-9], "epochs": [8] }"""), folder = work.New("tuning");

        Outcome first = Tune(grid, folder, "--threads", "1"), second = Tune(grid, folder, "--threads", "3");

        Assert.Equal((0, 0), (first.Code, second.Code));
        Assert.Equal(0.02, (double)JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "best.json")))!["learningRate"]!);
        Assert.Contains("3 settings of 3 tried", first.Out, StringComparison.Ordinal);
        Assert.Contains("Test, scored once for the chosen: Recall@20 0.", first.Out, StringComparison.Ordinal);
        Assert.Contains("after 8 epochs", first.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("epochs", second.Error, StringComparison.Ordinal);
        Assert.Equal(first.Out, second.Out);
        JsonNode tuning = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "tuning.json")))!;
        Assert.Equal(5, tuning["trials"]!.AsArray().Count); // three settings, and the second seed of the best two
        Assert.Equal(2, tuning["test"]!.AsArray().Count);
        Assert.Equal(0, work.Run("train", "--data", work.Data, "--model", "mf", "--out", work.New("run"), "--config", Path.Combine(folder, "best.json")).Code);
    }

    [Fact]
    public void Null_in_a_grid_is_the_default_which_the_chosen_settings_leave_out()
    {
        string folder = work.New("tuning");

        Outcome outcome = Tune(work.File("grid.json", """{ "batchSize": [null, 16], "learningRate": [0.001], "epochs": [1] }"""), folder);
        Outcome defaults = work.Run("tune", "--model", "ease", "--data", work.Data, "--out", work.New("tuning"), "--grid", work.File("null.json", """{ "regularization": [null] }"""));

        Assert.Equal((0, 0), (outcome.Code, defaults.Code));
        Assert.Contains("2 settings of 2 tried", outcome.Out, StringComparison.Ordinal);
        string[] trials = [.. JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "tuning.json")))!["trials"]!.AsArray().Select(trial => trial!["settings"]!.ToJsonString()).Distinct().Order()];
        Assert.Equal(["""{"batchSize":16,"learningRate":0.001,"epochs":1}""", """{"learningRate":0.001,"epochs":1}"""], trials);
        Assert.Contains("the mean of 2 seeds): defaults\n", defaults.Out, StringComparison.Ordinal);
        string best = Path.Combine(folder, "best.json");
        Assert.DoesNotContain("null", File.ReadAllText(best), StringComparison.Ordinal);
        Assert.Equal(0, work.Run("train", "--data", work.Data, "--model", "mf", "--out", work.New("run"), "--config", best).Code);
    }

    [Fact]
    public void What_is_set_is_chosen_as_what_the_option_is()
    {
        string folder = work.New("tuning"), grid = work.File("grid.json", """{ "batchSize": ["16"] }""");

        Outcome outcome = Tune(grid, folder, "--set", "learningRate=0.001", "--set", "epochs=1", "--set", "loss=bce", "--set", "coldItemFactor=null");

        Assert.Equal(0, outcome.Code);
        string best = File.ReadAllText(Path.Combine(folder, "best.json"));
        Assert.Equal("""{"batchSize":16,"learningRate":0.001,"epochs":1,"loss":"bce","coldItemFactor":null}""", JsonNode.Parse(best)!.ToJsonString());
        Assert.Contains("batchSize=16 learningRate=0.001 epochs=1 loss=bce coldItemFactor=null", outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Trials_of_other_data_or_another_model_are_not_taken_for_these()
    {
        string grid = work.File("grid.json", """{ "epochs": [1] }"""), folder = work.New("tuning");
        Assert.Equal(0, Tune(grid, folder).Code);

        Outcome model = work.Run("tune", "--model", "lightgcn", "--data", work.Data, "--out", folder, "--grid", grid, "--budget", "1s");
        Outcome modalities = work.Run("tune", "--model", "mf", "--data", work.Data, "--out", folder, "--grid", grid, "--budget", "1s", "--modalities", "text");

        Assert.Equal((2, 2), (model.Code, modalities.Code));
        Assert.Contains("holds trials of the model 'mf'", model.Error, StringComparison.Ordinal);
        Assert.Contains("holds trials of other data, or of other modalities of it", modalities.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "learningrates": [1] }""", "learningrates")]
    [InlineData("""{ "learningRate": ["fast"] }""", "learningRate")]
    [InlineData("""{ "learningRate": [] }""", "'learningRate' has no values")]
    [InlineData("""{ "learningrates": [null] }""", "learningrates")]
    [InlineData("{}", "it names no option")]
    [InlineData("[1]", "is no grid")]
    public void A_grid_that_cannot_be_searched_is_refused_with_a_sentence(string content, string said)
    {
        Outcome outcome = Tune(work.File("bad.json", content), work.New("tuning"));

        Assert.Equal(2, outcome.Code);
        Assert.Contains(said, outcome.Error, StringComparison.Ordinal);
        Assert.Single(outcome.Error.Trim().Split('\n'));
    }

    [Fact]
    public void Data_without_test_is_searched_and_the_settings_are_kept()
    {
        string data = work.New("untested"), folder = work.New("tuning");
        Directory.CreateDirectory(data);
        string inter = Directory.EnumerateFiles(work.Data, "*.inter").Single();
        File.WriteAllLines(Path.Combine(data, Path.GetFileName(inter)), File.ReadLines(inter).Where(line => !line.EndsWith("\t2", StringComparison.Ordinal)));

        Outcome outcome = work.Run("tune", "--model", "mf", "--data", data, "--out", folder, "--grid", work.File("grid.json", """{ "learningRate": [0.01], "epochs": [1] }"""));

        Assert.Equal((0, ""), (outcome.Code, string.Join('\n', outcome.Errors)));
        Assert.DoesNotContain("Test, scored once", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("Chosen on validation", outcome.Out, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder, "best.json")));
    }

    [Fact]
    public void A_budget_that_is_no_length_of_time_is_refused()
    {
        Outcome outcome = work.Run("tune", "--model", "mf", "--data", work.Data, "--out", work.New("tuning"), "--budget", "soon");

        Assert.Equal(2, outcome.Code);
        Assert.Contains("--budget is 'soon'; expected a length of time above 0, such as 2h, 30m or 90s.", outcome.Error, StringComparison.Ordinal);
    }

    private Outcome Tune(string grid, string folder, params string[] more) =>
        work.Run(["tune", "--model", "mf", "--data", work.Data, "--out", folder, "--grid", grid, "--budget", "1s", .. more]);
}
