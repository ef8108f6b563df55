using System.Text.Json.Nodes;
using Tessera.Recommendation.Data;

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
}
