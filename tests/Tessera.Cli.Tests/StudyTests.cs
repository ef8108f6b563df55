using System.Text.Json.Nodes;
using Tessera.Data.Storage;

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
        Assert.Matches(@"Some [\d.]+ (s|min|h), \d+ trainings? at a time", dry.Out);
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
        Assert.Equal(("components", 0), ((string)run.Json["study"]!, (int)run.Json["missing"]!));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(File.ReadAllText(Path.Combine(report, "report.json"))), run.Json["report"]));
    }

    [Fact]
    public void Results_are_those_of_the_datas_content_wherever_it_lies()
    {
        string runs = work.New("runs"), copy = work.New("copy");
        Directory.CreateDirectory(copy);
        foreach (string file in Directory.GetFiles(work.Data)) File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        Outcome Study(string data) => work.Run(["study", "run", "components", "--data", data, "--out", work.New("report"), "--runs", runs, .. Quick]);
        Outcome first = Study(work.Data), same = Study(copy);
        string inter = Directory.GetFiles(copy, "*.inter").Single();
        File.WriteAllLines(inter, File.ReadAllLines(inter)[..^1]);

        Outcome changed = Study(copy);

        Assert.Contains("0 measurements of 6 to make", same.Error, StringComparison.Ordinal);
        Assert.Equal(first.Out.Split('\n')[..8], same.Out.Split('\n')[..8]);
        Assert.Contains("6 measurements of 6 to make", changed.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"noise\":0", "\"noise\":2", "cell 1 has noise 2, which is not 0 to 1")]
    [InlineData("\"kept\":1", "\"kept\":0", "cell 1 has kept 0, which is not above 0, at most 1")]
    [InlineData("\"noise\":0", "\"split\":\"cold\",\"noise\":0", "'cold' is none of random-8-1-1, ")]
    [InlineData("\"protocol\":\"strict\"", "\"protocol\":1", "'1' is none of strict, mmrec")]
    [InlineData("\"noise\":0", "\"modalities\":[],\"noise\":0", "cell 1 keeps no modalities; leave the key out to keep all")]
    [InlineData("\"noise\":0", "\"withoutCold\":true,\"noise\":0", "cell 1 has withoutCold, which leaves out what the split cold-mixed holds out, and has another split or none")]
    [InlineData("\"noise\":0", "\"split\":\"cold-mixed\",\"withoutCold\":true,\"noise\":0.5", "cell 1 has withoutCold beside shuffledRows, noise or keptItems")]
    [InlineData("\"data\":\"synthetic\"", "\"shop\":\"synthetic\"", "the study 'components' tells its cells apart by data, components")]
    [InlineData("\"components\":\"uniform weights\"", "\"components\":\"static weights\"", "two cells with the factors synthetic, static weights")]
    [InlineData("\"components\":\"uniform weights\"", "\"components\":\"equal weights\"", "are not called what the study 'components' calls its own")]
    public void A_plan_that_cannot_be_carried_out_is_refused_before_anything_is_trained(string given, string changed, string said)
    {
        Outcome dry = work.Run(["study", "run", "components", "--data", work.Data, "--out", work.New("report"), "--runs", work.New("runs"), "--dry-run", "--json", .. Quick]);
        string plan = dry.Json["plan"]!.ToJsonString(), report = work.New("report"), runs = work.New("runs");
        Assert.Contains(given, plan, StringComparison.Ordinal);

        Outcome outcome = work.Run("study", "run", "--plan", work.File("changed.json", plan.Replace(given, changed, StringComparison.Ordinal)), "--out", report, "--runs", runs);

        Assert.Equal(2, outcome.Code);
        Assert.Contains(said, outcome.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(report) || Directory.Exists(runs));
    }

    [Fact]
    public void A_study_at_work_is_not_begun_a_second_time_in_its_folder()
    {
        string report = work.New("report");
        using FileStream held = TemporaryFile.TryLock(report + AtomicFolder.LockSuffix)!;

        Outcome outcome = work.Run(["study", "run", "components", "--data", work.Data, "--out", report, "--runs", work.New("runs"), .. Quick]);

        Assert.Equal(2, outcome.Code);
        Assert.Contains("Another command is at work on the study", outcome.Error, StringComparison.Ordinal);
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
    [InlineData("decides on 'fusion' itself", "study", "run", "components", "--data", "DATA", "--set", "fusion=none")]
    [InlineData("are both called 'synthetic'", "study", "run", "components", "--data", "DATA", "--data", "DATA")]
    [InlineData("searches no settings", "study", "run", "components", "--data", "DATA", "--search", "5m")]
    [InlineData("has no coarse grid", "study", "run", "components", "--data", "DATA", "--whole-grid")]
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
