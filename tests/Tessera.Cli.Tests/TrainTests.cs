using System.Text.Json.Nodes;
using Tessera.Data;
using Tessera.Data.DatasetFolder;

namespace Tessera.Cli.Tests;

public sealed class TrainTests(Workplace work) : IClassFixture<Workplace>
{
    [Fact]
    public void Training_saves_a_run_and_prints_both_splits_and_the_protocol()
    {
        string run = work.New("run");
        Outcome outcome = work.Run(["train", "--data", work.Data, "--model", "lirdrec", "--out", run, .. Workplace.Quick]);
        Assert.Equal(0, outcome.Code);
        foreach (string part in new[] { "LIRDRec on synthetic (image, text), seed 2025", "3 epochs", "validation", "test", "Recall@20", "NDCG@10", "protocol strict", run })
            Assert.Contains(part, outcome.Out, StringComparison.Ordinal);
        foreach (string file in new[] { "config.json", "metrics.json", "epochs.jsonl", "model.safetensors", "embeddings.safetensors" })
            Assert.True(File.Exists(Path.Combine(run, file)), file);
    }

    [Fact]
    public void Without_a_terminal_progress_is_a_line_an_epoch_on_standard_error()
    {
        Outcome outcome = work.Run(["train", "--data", work.Data, "--model", "lirdrec", "--out", work.New("run"), .. Workplace.Quick]);
        string[] lines = [.. outcome.Error.Split('\n').Where(line => line.StartsWith("epoch ", StringComparison.Ordinal))];
        Assert.Equal(3, lines.Length);
        Assert.Matches(@"^epoch 2/3  loss \d\.\d{4}  Recall@20 \d\.\d{4}  best Recall@20 \d\.\d{4} @ [12]  \d+\.\d s$", lines[1].TrimEnd());
        Assert.DoesNotContain("epoch 1/3", outcome.Out, StringComparison.Ordinal);
        Outcome windowed = work.Run(["train", "--data", work.Data, "--model", "lirdrec", "--out", work.New("run"), .. Workplace.Quick, "--set", "monitorWindow=2"]);
        lines = [.. windowed.Error.Split('\n').Where(line => line.StartsWith("epoch ", StringComparison.Ordinal))];
        Assert.DoesNotContain("best", lines[0], StringComparison.Ordinal);
        Assert.Matches(@"  best Recall@20 \d\.\d{4} \(mean of 2\) @ [23]  \d+\.\d s$", lines[2].TrimEnd());
    }

    [Fact]
    public void On_a_terminal_progress_is_a_bar_and_the_result_the_same()
    {
        string plain = work.Train(), run = work.New("run");
        Outcome outcome = work.Run(
            ["train", "--data", work.Data, "--model", "lirdrec", "--out", run, .. Workplace.Quick], CancellationToken.None, errorIsTerminal: true);
        Assert.Equal(0, outcome.Code);
        Assert.Contains("epoch 3/3", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(Path.Combine(plain, "model.safetensors")), File.ReadAllBytes(Path.Combine(run, "model.safetensors")));
    }

    [Fact]
    public void As_json_training_prints_one_object_and_nothing_else_on_standard_output()
    {
        string run = work.New("run");
        Outcome outcome = work.Run(["train", "--data", work.Data, "--model", "LIRDRec", "--out", run, "--json", .. Workplace.Quick]);
        JsonObject saved = JsonNode.Parse(File.ReadAllText(Path.Combine(run, "metrics.json")))!.AsObject();
        Assert.Equal(run, (string)outcome.Json["run"]!);
        Assert.Equal((double)saved["test"]!["metrics"]!["Recall@20"]!, (double)outcome.Json["test"]!["metrics"]!["Recall@20"]!);
        Assert.Equal("strict", (string)outcome.Json["protocol"]!);
    }

    [Fact]
    public void Assignments_win_over_the_file_and_both_over_the_defaults()
    {
        string config = work.File("settings.json", """{ "epochs": 9, "embeddingSize": 4, "dct": "none" }"""), run = work.New("run");
        Outcome outcome = work.Run(
            "train", "--data", work.Data, "--model", "lirdrec", "--out", run, "--config", config, "--set", "epochs=2", "--set", "monitor=NDCG@5", "--protocol", "mmrec");
        Assert.Equal(0, outcome.Code);
        JsonObject saved = JsonNode.Parse(File.ReadAllText(Path.Combine(run, "config.json")))!.AsObject();
        Assert.Equal(2, (int)saved["training"]!["epochs"]!);
        Assert.Equal("NDCG@5", (string)saved["training"]!["monitor"]!);
        Assert.Equal(4, (int)saved["options"]!["embeddingSize"]!);
        Assert.Equal("none", (string)saved["options"]!["dct"]!);
        Assert.Equal(2, (int)saved["options"]!["layers"]!);
        Assert.Equal("mmrec", (string)saved["protocol"]!);
    }

    [Fact]
    public void Every_model_that_needs_features_trains_on_scaled_and_shortened_ones_is_evaluated_and_recommends()
    {
        string[] names = [.. work.Run("models", "--json").Json["models"]!.AsArray().Where(model => (bool)model!["needsFeatures"]!).Select(model => (string)model!["name"]!)];
        Assert.Contains("lirdrec", names);
        string[] trained = [.. TrainedModels()];
        foreach (string name in names)
        {
            string run = work.New(name);
            string[] brief = trained.Contains(name) ? ["--set", "epochs=1"] : [];
            foreach (string[] args in new string[][]
            {
                ["train", "--data", work.Data, "--model", name, "--out", run, .. brief, "--set", "featureScaling=standardize", "--set", "featureDimensions=7"],
                ["evaluate", "--run", run, "--data", work.Data],
                ["recommend", "--run", run, "--user", "0"],
            })
            {
                Outcome outcome = work.Run(args);
                Assert.True(outcome.Code == 0, $"{name}: {outcome.Error}");
            }

            Assert.True(File.Exists(Path.Combine(run, "features.safetensors")));
        }
    }

    /// <summary>All but the item-based models, which <see cref="ItemBasedTests"/> are about.</summary>
    private IEnumerable<string> TrainedModels() => work.Run("models", "--json").Json["models"]!.AsArray()
        .Where(model => !(bool)model!["itemBased"]!).Select(model => (string)model!["name"]!);

    [Fact]
    public void Every_trained_model_that_is_listed_trains_is_evaluated_and_recommends()
    {
        string[] names = [.. TrainedModels()];
        Assert.Contains("lirdrec", names);
        foreach (string name in names)
        {
            string run = work.New(name);
            foreach (string[] args in new string[][]
            {
                ["train", "--data", work.Data, "--model", name, "--out", run, "--set", "epochs=1"],
                ["evaluate", "--run", run, "--data", work.Data],
                ["recommend", "--run", run, "--user", "3"],
                ["similar", "--run", run, "--item", "3"],
            })
            {
                Outcome outcome = work.Run(args);
                Assert.True(outcome.Code == 0, $"{name}: {outcome.Error}");
            }
        }
    }

    [Fact]
    public void The_modalities_asked_for_are_used_in_the_order_of_the_data()
    {
        string one = work.Train("--modalities", "text"), both = work.Train("--modalities", "text, image"), all = work.Train();
        Assert.Contains("\"modalities\": [\n    \"text\"\n  ]", File.ReadAllText(Path.Combine(one, "config.json")), StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(Path.Combine(all, "model.safetensors")), File.ReadAllBytes(Path.Combine(both, "model.safetensors")));
    }

    [Fact]
    public void The_number_of_threads_does_not_change_the_result_and_the_seed_does()
    {
        byte[] one = File.ReadAllBytes(Path.Combine(work.Train("--threads", "1"), "model.safetensors"));
        byte[] two = File.ReadAllBytes(Path.Combine(work.Train("--threads", "2"), "model.safetensors"));
        byte[] other = File.ReadAllBytes(Path.Combine(work.Train("--seed", "1"), "model.safetensors"));
        Assert.Equal(one, two);
        Assert.NotEqual(one, other);
    }

    [Fact]
    public void A_diverging_training_names_the_place_and_fails_without_a_stack_trace()
    {
        Outcome outcome = work.Run("train", "--data", work.Data, "--model", "lirdrec", "--out", work.New("run"), "--set", "learningRate=1e30");
        Assert.Equal(1, outcome.Code);
        string error = Assert.Single(outcome.Errors);
        Assert.Contains("Epoch ", error, StringComparison.Ordinal);
        Assert.Contains("lower the learning rate", error, StringComparison.Ordinal);
        Assert.EndsWith("), or scale features that are large, by featureScaling=standardize.", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Verbose_shows_where_an_error_happened()
    {
        Outcome outcome = work.Run("train", "--data", work.Data, "--model", "lirdrec", "--out", work.New("run"), "--set", "learningRate=1e30", "--verbose");
        Assert.Equal(1, outcome.Code);
        Assert.Contains("   at Tessera.", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_diverged_run_is_started_again_in_its_folder_with_other_settings()
    {
        string run = work.New("run"), whole = work.Train();
        string[] train = ["train", "--data", work.Data, "--model", "lirdrec", "--out", run, .. Workplace.Quick];
        Outcome diverged = work.Run([.. train[..^2], "--set", "learningRate=1e30"]);
        Assert.Equal(1, diverged.Code);
        Assert.Contains($"note: The run in '{run}' can be started again with other settings: give them with --restart", diverged.Unbroken, StringComparison.Ordinal);
        Outcome refused = work.Run([.. train, "--resume"]);
        Assert.Equal(2, refused.Code);
        Assert.Contains("learningRate was 1E+30, is 0.01", Assert.Single(refused.Errors), StringComparison.Ordinal);

        Outcome again = work.Run([.. train, "--restart"]);

        Assert.Equal(0, again.Code);
        Assert.Contains($"note: Starting again in '{run}': the unfinished run there was deleted", again.Unbroken, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(Path.Combine(whole, "SHA256SUMS")), File.ReadAllBytes(Path.Combine(run, "SHA256SUMS")));
        Outcome finished = work.Run([.. train, "--restart"]);
        Assert.Equal(2, finished.Code);
        Assert.Contains("is finished", Assert.Single(finished.Errors), StringComparison.Ordinal);
        Assert.Equal(2, work.Run([.. train, "--restart", "--resume"]).Code);
    }

    [Fact]
    public void Resuming_a_finished_run_says_so_and_shows_its_results_again()
    {
        string run = work.New("run");
        string[] train = ["train", "--data", work.Data, "--model", "lirdrec", "--out", run, .. Workplace.Quick];
        Outcome first = work.Run(train), again = work.Run([.. train, "--resume"]);
        Assert.Equal((0, first.Out), (again.Code, again.Out));
        Assert.Contains($"note: The run in '{run}' is finished: nothing is trained or written", again.Unbroken, StringComparison.Ordinal);
        Assert.DoesNotContain("epoch 1/3", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_trained_model_starts_from_an_earlier_run_when_users_and_items_have_come()
    {
        string earlier = Named("earlier", seed: 7, firstUser: 0, firstItem: 0), later = Named("later", seed: 8, firstUser: 5, firstItem: 2);
        foreach (string name in TrainedModels())
        {
            string cold = work.New(name), warm = work.New(name);
            string[] settings = ["--model", name, "--set", "epochs=1", "--set", "learningRate=0.001"];
            Assert.Equal(0, work.Run(["train", "--data", earlier, "--out", cold, .. settings]).Code);

            Outcome outcome = work.Run(["train", "--data", later, "--out", warm, "--from", cold, .. settings]);

            Assert.True(outcome.Code == 0, $"{name}: {outcome.Error}");
            Assert.Contains("note: Starting from an earlier run, which knows 35 of the 40 users and 28 of the 30 items.", outcome.Error, StringComparison.Ordinal);
            Assert.Equal(0, work.Run("recommend", "--run", warm, "--user", "u44").Code);
        }

        Outcome other = work.Run("train", "--data", later, "--model", "mf", "--out", work.New("run"), "--from", work.Train());
        Assert.Equal(2, other.Code);
        Assert.Contains("is of the model lirdrec, and mf cannot start from it", Assert.Single(other.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Sizes_beyond_reason_are_bad_settings()
    {
        string run = work.New("run");
        Outcome outcome = work.Run("train", "--data", work.Data, "--model", "mf", "--out", run, "--set", "embeddingSize=100000000");
        Assert.Equal(2, outcome.Code);
        Assert.Contains("The option 'embeddingSize' is 100000000, out of its range; expected 1..65536", Assert.Single(outcome.Errors), StringComparison.Ordinal);
        Assert.False(Directory.Exists(run));
    }

    private string Named(string name, ulong seed, int firstUser, int firstItem)
    {
        string folder = work.New(name);
        Dataset data = Workplace.Tiny(seed);
        DatasetWriter.Write(data, folder);
        DatasetWriter.WriteIds(
            folder, [.. Enumerable.Range(firstUser, data.Users).Select(user => $"u{user}")], [.. Enumerable.Range(firstItem, data.Items).Select(item => $"i{item}")]);
        return folder;
    }
}
