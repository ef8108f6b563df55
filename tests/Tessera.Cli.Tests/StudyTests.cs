namespace Tessera.Cli.Tests;

public sealed class StudyTests(Workplace work) : IClassFixture<Workplace>
{
    private static readonly string[] Quick = ["--seeds", "1", "--set", "epochs=2", "--set", "embeddingSize=4", "--set", "learningRate=0.01"];

    [Fact]
    public void A_study_is_checked_and_costed_carried_out_and_repeated_without_training()
    {
        string report = work.New("report"), runs = work.New("runs");
        string[] command = ["study", "run", "components", "--data", work.Data, "--out", report, "--runs", runs, .. Quick];

        Outcome dry = work.Run([.. command, "--dry-run"]), first = work.Run(command), second = work.Run(command);

        Assert.Equal((0, 0, 0), (dry.Code, first.Code, second.Code));
        Assert.Matches(@"Some [\d.,]+ min", dry.Out);
        Assert.Contains("without the shared chunk", first.Out, StringComparison.Ordinal);
        Assert.Contains("0 measurements of 6 to make", second.Error, StringComparison.Ordinal);
        Assert.Equal(first.Out, second.Out);
        Assert.Contains("without the shared chunk", File.ReadAllText(Path.Combine(report, "report.html")), StringComparison.Ordinal);
        Assert.All(new[] { "report.md", "report.csv", "report.json" }, file => Assert.True(File.Exists(Path.Combine(report, file)), file));
        Assert.Equal(0, work.Run("study", "run", "--plan", Path.Combine(report, "plan.json"), "--out", work.New("again"), "--runs", runs).Code);
    }

    [Fact]
    public void A_dry_run_leaves_nothing_behind_and_prints_a_plan_that_can_be_carried_out()
    {
        string report = work.New("report"), runs = work.New("runs");

        Outcome dry = work.Run(["study", "run", "components", "--data", work.Data, "--out", report, "--runs", runs, "--dry-run", "--json", .. Quick]);

        Assert.False(Directory.Exists(report));
        Assert.All(Directory.GetFileSystemEntries(runs), entry => Assert.Equal("graphs", Path.GetFileName(entry)));
        string plan = work.File("plan.json", dry.Json["plan"]!.ToJsonString());
        Outcome run = work.Run("study", "run", "--plan", plan, "--out", report, "--runs", runs, "--json");
        Assert.Equal(0, run.Code);
        Assert.Equal("components", (string)run.Json["study"]!);
    }

    [Fact]
    public void All_studies_are_listed()
    {
        Outcome outcome = work.Run("study", "list", "--json");

        Assert.All(outcome.Json["studies"]!.AsArray(), study => Assert.EndsWith("?", (string)study!["question"]!, StringComparison.Ordinal));
        Assert.Contains(outcome.Json["studies"]!.AsArray(), study => (string)study!["name"]! == "components");
    }

    [Theory]
    [InlineData("There is no study 'nothing'; expected one of", "study", "run", "nothing", "--data", "DATA")]
    [InlineData("needs data", "study", "run", "components")]
    [InlineData("'speed' is no option of training or of lirdrec", "study", "run", "components", "--data", "DATA", "--set", "speed=2")]
    [InlineData("has no modality 'smell'", "study", "run", "components", "--data", "DATA", "--modalities", "smell")]
    [InlineData("--plan and --seeds cannot both be given", "study", "run", "--plan", "x.json", "--seeds", "2")]
    [InlineData("There is no plan 'x.json'", "study", "run", "--plan", "x.json")]
    public void A_study_that_cannot_be_made_is_refused_with_a_sentence(string said, params string[] command)
    {
        Outcome outcome = work.Run([.. command.Select(part => part == "DATA" ? work.Data : part), "--out", work.New("report"), "--runs", work.New("runs")]);

        Assert.Equal(2, outcome.Code);
        Assert.Contains(said, outcome.Error, StringComparison.Ordinal);
    }
}
