using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Data.EventLogs;
using Tessera.Data.Filtering;
using Tessera.Data.Importing;
using Tessera.Data.Splitting;
using Tessera.Data.Storage;
using Tessera.Models;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Training;

namespace Tessera.Cli.Tests;

/// <summary>
/// Files changed at random, their checksums corrected so that the checks behind these are reached: each is read, or refused with one
/// sentence and exit code 1 or 2. A case is its number: the same one makes the same change.
/// </summary>
public sealed class DataFuzzTests(Workplace work) : IClassFixture<Workplace>
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    [Fact]
    public Task Data_sets_are_read_or_refused() => FuzzAsync(5000, MakeDataset(), CorrectManifest, folder =>
    {
        Dataset data = DatasetReader.Read(folder);
        DatasetStatistics.Of(data);
        SplitRecord.ReadIfPresent(folder, data);
        foreach (ItemRecord record in ItemTable.Open(folder).Records()) Assert.NotNull(record.Id);
    });

    [Fact]
    public Task Event_logs_are_read_or_refused() => FuzzAsync(5000, MakeEventLog(), CorrectHeader, folder =>
    {
        EventLog log = EventLog.Open(folder);
        Assert.Equal((log.Users, log.Items), (log.UserIds.Count, log.ItemIds.Count));
        Assert.Equal(log.Events, log.EventsByUser().Sum(user => (long)user.Events.Length));
        Assert.Equal(log.Items, log.ItemTable().Count());
        EventLogFeatures.Read(log, CancellationToken.None);
        foreach (JsonObject step in log.Steps) Assert.NotNull(step.ToJsonString());
        Assert.NotNull(log.Source.ToJsonString());
    });

    [Fact]
    public Task Event_logs_are_filtered_and_split_or_refused() => FuzzAsync(300, MakeEventLog(), CorrectHeader, folder =>
    {
        EventLog log = EventLog.Open(folder);
        EventLog filtered = EventLogFilter.Write(log, new FilterOptions { KCore = 2 }, folder + "-filtered");
        EventLogSplitter.Write(filtered, SplitScheme.TemporalUser, seed: 1, folder + "-split");
    });

    [Fact]
    public Task Settings_are_bound_or_refused()
    {
        string folder = work.New("settings");
        Directory.CreateDirectory(folder);
        ModelDescription[] models = [.. ModelCatalog.Of(typeof(LirdRec).Assembly).Models];
        File.WriteAllText(Path.Combine(folder, "settings.json"), """{"epochs":3,"learningRate":0.01,"embeddingSize":8,"monitor":"Recall@20","itemGraphWeights":{"image":0.1,"text":0.9},"dropout":0.5}""");
        int next = 0;
        return FuzzAsync(2000, folder, (_, _) => { }, mutant =>
        {
            JsonObject values = OptionValues.Read(null, Path.Combine(mutant, "settings.json"), []).Values;
            ModelDescription model = models[Interlocked.Increment(ref next) % models.Length];
            OptionsBinder.Bind(model.OptionsType, values, typeof(TrainingOptions));
            OptionsBinder.Bind<TrainingOptions>(values, model.OptionsType);
        });
    }

    [Theory]
    [InlineData("users.tsv", "u1\n", "u0\n", "is damaged: lines 1 and 2 have the same name 'u0'")]
    [InlineData("items.tsv", "i,2\n", "i\t2\n", "has the name 'i 2', which holds the character U+0009")]
    [InlineData("eventlog.json", "\"steps\": [", "\"steps\": [null,", "a list has a null among its entries")]
    [InlineData("eventlog.json", "\"users\": 10", "\"users\": 2147483647", "2147483647 users and 9 items with events do not fit 60 events")]
    [InlineData("modalities.json", "\"modalities\": [", "\"modalities\": [null,", "a list has a null among its entries")]
    public void What_no_event_log_holds_is_refused(string file, string found, string changed, string sentence)
    {
        string log = MakeEventLog(), path = Path.Combine(log, file), text = File.ReadAllText(path);
        Assert.Contains(found, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(found, changed, StringComparison.Ordinal));
        if (file.EndsWith(".tsv", StringComparison.Ordinal)) CorrectHeader(log, file);
        Outcome outcome = work.Run("data", "filter", "--log", log, "--out", work.New("filtered"));
        Assert.Equal(2, outcome.Code);
        Assert.Contains(sentence, Assert.Single(outcome.Errors), StringComparison.Ordinal);
    }

    public static TheoryData<string> Models => [.. ModelCatalog.Of(typeof(LirdRec).Assembly).Models.Select(model => model.Name)];

    /// <summary>Each number at its bounds, or far out where it has none.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void Settings_at_their_bounds_train_or_are_refused(string model)
    {
        ModelDescription description = ModelCatalog.Of(typeof(LirdRec).Assembly).Find(model);
        foreach (OptionDescription option in OptionsBinder.Describe(description.OptionsType).Concat(model == "lirdrec" ? OptionsBinder.Describe(typeof(TrainingOptions)) : []))
        {
            if (option.Name is "epochs" or "monitor") continue;
            foreach (string value in option.Type switch
            {
                "int" => ["64", "65536", "2147483647"],
                "float" or "double" => ["1e-30", "3e38"],
                _ => Array.Empty<string>(),
            })
            {
                string run = work.New("run");
                string[] epochs = description.IsItemBased ? [] : ["--set", "epochs=1"];
                Outcome outcome = work.Run(["train", "--data", work.Data, "--model", model, "--out", run, .. epochs, "--set", $"{option.Name}={value}"]);
                Assert.True(outcome.Code is 0 or 1 or 2, $"{option.Name}={value} ended in {outcome.Code}.");
                Assert.DoesNotContain("this is a bug", outcome.Error, StringComparison.Ordinal);
                Assert.Equal(outcome.Code == 0 ? 0 : 1, outcome.Errors.Length);
                if (Directory.Exists(run)) Directory.Delete(run, recursive: true);
            }
        }
    }

    /// <summary>Changes one or two files of a folder in each case, corrects the sums in three of four, and reads it.</summary>
    private async Task FuzzAsync(int cases, string whole, Action<string, string> correct, Action<string> read)
    {
        (string Name, byte[] Content)[] files = [.. Directory.GetFiles(whole).Order(StringComparer.Ordinal).Select(path => (Path.GetFileName(path), File.ReadAllBytes(path)))];
        int refused = 0;
        string folders = work.New("mutants");
        await Task.Run(() => Parallel.For(0, cases, MakeFolder, (number, _, folder) =>
        {
            var mutation = new Mutation(number);
            for (int edits = 1 + mutation.Next(2); edits > 0; edits--)
            {
                (string name, byte[] content) = files[mutation.Next(files.Length)];
                File.WriteAllBytes(Path.Combine(folder, name), mutation.Of(name, content));
                if (mutation.Next(4) > 0) correct(folder, name);
            }

            if (Refusal(() => read(folder)) is (int code, string sentence))
            {
                Assert.True(
                    code is ExitCode.Failed or ExitCode.BadInput && !sentence.Contains("this is a bug", StringComparison.Ordinal) && !sentence.Contains('\n', StringComparison.Ordinal),
                    $"Case {number}: {sentence}");
                Interlocked.Increment(ref refused);
            }

            foreach ((string name, byte[] content) in files) Restore(Path.Combine(folder, name), content);
            foreach (string made in Directory.GetDirectories(folders, $"{Path.GetFileName(folder)}-*")) Directory.Delete(made, recursive: true);
            return folder;
        }, _ => { })).WaitAsync(Longest);
        Assert.InRange(refused, cases / 2, cases - 1);

        string MakeFolder()
        {
            string folder = Path.Combine(folders, Guid.NewGuid().ToString("N"));
            Directory.CreateDirectory(folder);
            foreach ((string name, byte[] content) in files) File.WriteAllBytes(Path.Combine(folder, name), content);
            return folder;
        }

        static void Restore(string path, byte[] content)
        {
            if (!File.ReadAllBytes(path).AsSpan().SequenceEqual(content)) File.WriteAllBytes(path, content);
        }
    }

    private static (int Code, string Text)? Refusal(Action read)
    {
        try
        {
            read();
            return null;
        }
        catch (Exception cause) when (cause is not Xunit.Sdk.IAssertionException)
        {
            return Failure.Describe(cause);
        }
    }

    private string MakeDataset()
    {
        string folder = work.New("data");
        EventLogSplitter.Write(EventLog.Open(MakeEventLog()), SplitScheme.ColdItems, seed: 3, folder);
        File.WriteAllLines(FeatureFolder.IdsPathOf(folder, "image"), ItemTable.Open(folder).Ids);
        DatasetReader.Read(folder);
        return folder;
    }

    /// <summary>10 users, 9 items and 45 events, with image features of a data set that is imported.</summary>
    private string MakeEventLog()
    {
        string events = work.File("events.csv", "user,item,rating,time\n" + string.Concat(
            Enumerable.Range(0, 60).Select(e => $"u{e % 10},\"i,{(e * 7 / 3) % 9}\",{(e % 5) + 1},{1_000_000_000 + (e * 1000)}\n")));
        string picture = work.File("picture.png", "");
        string items = work.File("items.jsonl", string.Concat(Enumerable.Range(0, 9).Select(i => $$"""{"item":"i,{{i}}","title":"thing {{i}}","image":"{{picture}}"}""" + "\n")));
        string folder = work.New("log");
        Importer.Run(new ImportOptions("csv", events, folder) { Items = items });
        EventLog log = EventLog.Open(folder);
        using var features = new Compute.Tensors.Matrix(log.Items, 3);
        for (int e = 3; e < features.Length; e++) features.Span[e] = e;
        var image = new Modality("image", features);
        NpyWriter.Write(FeatureFolder.PathOf(folder, "image"), features);
        FeatureManifest.For(log.ItemIds).With(FeatureManifestEntry.Of(image, "made", "1", new string('0', 64))).Write(folder);
        return folder;
    }

    /// <summary>Gives the manifest the sum of a changed feature file.</summary>
    private static void CorrectManifest(string folder, string name)
    {
        if (!name.EndsWith(".npy", StringComparison.Ordinal)) return;
        Correct(Path.Combine(folder, FeatureManifest.FileName), root => root["modalities"]![0]!["sha256"] = SumOf(Path.Combine(folder, name)));
    }

    /// <summary>Gives the event log's description the sum of a changed file, and where its length has changed the number of events.</summary>
    private static void CorrectHeader(string folder, string name)
    {
        CorrectManifest(folder, name);
        string path = Path.Combine(folder, name);
        Correct(Path.Combine(folder, EventLogHeader.FileName), root =>
        {
            if (root["files"]![name] is not null) root["files"]![name] = SumOf(path);
            if (name == "events.bin") root["events"] = new FileInfo(path).Length / 24;
        });
    }

    private static void Correct(string path, Action<JsonNode> change)
    {
        try
        {
            JsonNode root = JsonNode.Parse(File.ReadAllBytes(path))!;
            change(root);
            File.WriteAllText(path, root.ToJsonString());
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException or NullReferenceException or ArgumentOutOfRangeException)
        {
            // The description itself was changed before.
        }
    }

    private static string SumOf(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
}
