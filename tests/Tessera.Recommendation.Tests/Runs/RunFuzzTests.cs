using System.Text.Json.Nodes;
using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Recommendation.Checkpoints;
using Tessera.Recommendation.Graphs;
using Tessera.Recommendation.Live;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Runs;
using Tessera.Recommendation.Tests.Training;
using Tessera.Recommendation.Training;

namespace Tessera.Recommendation.Tests.Runs;

/// <summary>
/// Damaged and doctored files of a run, with sums and marks that were made to fit, so that what stands behind these checks is reached: each is read
/// or refused with a sentence. The number of a case is its seed.
/// </summary>
public sealed class RunFuzzTests : IDisposable
{
    private const int Cases = 250, EpochOfRun = 3;
    private static readonly TrainingOptions Options = new() { Epochs = EpochOfRun, BatchSize = 100, LearningRate = 0.02f, Monitor = "Recall@5" };
    private readonly TemporaryDirectory _folder = new();
    private readonly Device _device = new(1);

    public void Dispose()
    {
        _device.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("metrics.json")]
    [InlineData("model.safetensors")]
    [InlineData("embeddings.safetensors")]
    [InlineData("known.safetensors")]
    [InlineData("live.safetensors")]
    [InlineData("SHA256SUMS")]
    public void A_finished_run_is_read_or_refused_with_a_sentence(string file)
    {
        var directory = new RunDirectory(_folder.In("run"));
        TinyRuns.Execute(directory.Path, TinyRuns.Of(TinyRuns.Named, epochs: 1));
        Dictionary<string, byte[]> whole = Directory.GetFiles(directory.Path).ToDictionary(path => Path.GetFileName(path), File.ReadAllBytes);
        int refused = 0;
        for (int seed = 0; seed < Cases; seed++)
        {
            var rng = new Rng((ulong)seed);
            File.WriteAllBytes(Path.Combine(directory.Path, file), Mutation.Of(file, whole[file], rng));
            if (file == "config.json" && rng.Next(2) == 0) Mark(directory);
            if (file != "SHA256SUMS") Sum(directory);
            foreach (Action read in new Action[] { () => Answer(directory.Path), () => Verify(directory.Path), () => Start(directory.Path) })
                if (IsRefused(read, file, seed)) refused++;
            foreach ((string name, byte[] content) in whole) File.WriteAllBytes(Path.Combine(directory.Path, name), content);
        }

        Assert.InRange(refused, Cases / 4, 3 * Cases);
    }

    [Theory]
    [InlineData("state.json")]
    [InlineData("model.safetensors")]
    [InlineData("optimizer.safetensors")]
    [InlineData("SHA256SUMS")]
    public void A_checkpoint_is_continued_from_or_refused_with_a_sentence(string file)
    {
        using (var run = new TinyRun(Options with { CheckpointEvery = EpochOfRun })) run.Run(new CheckpointStore(_folder.Path));
        string folder = Assert.Single(Directory.GetDirectories(_folder.Path)), path = Path.Combine(folder, file);
        byte[] whole = File.ReadAllBytes(path), sums = File.ReadAllBytes(Path.Combine(folder, "SHA256SUMS"));
        int refused = 0;
        for (int seed = 0; seed < Cases; seed++)
        {
            File.WriteAllBytes(path, Mutation.Of(file, whole, new Rng((ulong)seed)));
            if (file != "SHA256SUMS") Rewrite(folder, "model.safetensors", "optimizer.safetensors", "state.json");
            if (IsRefused(Resume, file, seed)) refused++;
            File.WriteAllBytes(path, whole);
            File.WriteAllBytes(Path.Combine(folder, "SHA256SUMS"), sums);
        }

        Assert.InRange(refused, Cases / 4, Cases);
    }

    [Fact]
    public void An_unfinished_run_with_a_damaged_log_is_resumed()
    {
        string run = _folder.In("run"), log = Path.Combine(run, "epochs.jsonl");
        TinyRuns.Execute(run, TinyRuns.Of(epochs: 1));
        byte[] whole = File.ReadAllBytes(log);
        for (int seed = 0; seed < Cases / 10; seed++)
        {
            File.Delete(Path.Combine(run, "metrics.json"));
            File.WriteAllBytes(log, Mutation.Of("epochs.jsonl", whole, new Rng((ulong)seed)));
            TinyRuns.Execute(run, TinyRuns.Of(epochs: 1), resume: true);
        }
    }

    private static bool IsRefused(Action read, string file, int seed)
    {
        try
        {
            read();
            return false;
        }
        catch (InvalidInputException cause)
        {
            Assert.NotEmpty(cause.Message);
            return true;
        }
        catch (NotFiniteNumberException)
        {
            return true;
        }
        catch (Exception cause)
        {
            throw new InvalidOperationException($"{file}, seed {seed}: {cause.Message}", cause);
        }
    }

    private static void Answer(string path)
    {
        using TrainedRun run = TrainedRun.Open(path);
        foreach (string user in new[] { "user 0", "user 31", "user 59" })
        {
            int number = run.FindUser(user);
            foreach (RankedItem item in run.Recommend(number, 5)) run.FindItem(item.Id);
            run.ChunkWeights(number);
        }

        run.Similar(3, 5);
        _ = run.Embeddings;
        _ = run.Config.Training;
        using LiveRecommender live = LiveRecommender.Open(path, ModelCatalog.Of(typeof(TinyModel).Assembly));
        live.Recommend(["\"item\" 3", "\"item\" 7"], 5);
        live.AddItem(new NewItem("new", TinyRuns.Named.Modalities.ToDictionary(modality => modality.Name, modality => modality.Features.Row(3).ToArray())));
        live.Similar("new", 5);
    }

    private void Verify(string path)
    {
        TrainedRun.Open(path, verifyAll: true).Dispose();
        TinyRuns.Of(TinyRuns.Named, epochs: 1).Execute(path, _device, resume: true);
    }

    private void Start(string path)
    {
        Dataset data = TinyRuns.Named;
        using Recommender model = TinyRuns.Model.Create(
            new RecommenderInputs(data.Train, data.Modalities, new Rng(1), new NeighborGraphs(_device)), new TinyOptions { EmbeddingSize = 4 });
        using var small = new SmallModel(TinyRuns.Model, new TinyOptions { EmbeddingSize = 4 }, data.Modalities.Select(modality => (modality.Name, modality.Dimensions)), _device);
        WarmStart.Open(path, "tiny").Apply(model, small, data);
    }

    private void Resume()
    {
        using var run = new TinyRun(Options);
        run.Trainer.Resume(new CheckpointStore(_folder.Path), out _);
        run.Run();
    }

    /// <summary>Makes the files name the configuration that is there.</summary>
    private static void Mark(RunDirectory directory)
    {
        foreach (string file in new[] { directory.ModelFile, directory.EmbeddingsFile, directory.KnownFile, directory.LiveFile })
        {
            byte[] content = File.ReadAllBytes(file);
            int length = BitConverter.ToInt32(content);
            JsonNode header = JsonNode.Parse(content.AsSpan(8, length))!;
            header["__metadata__"]!["config"] = Checksums.Of(directory.ConfigFile);
            byte[] text = System.Text.Encoding.UTF8.GetBytes(header.ToJsonString().PadRight(length));
            File.WriteAllBytes(file, [.. BitConverter.GetBytes((long)text.Length), .. text, .. content.AsSpan(8 + length)]);
        }
    }

    private static void Sum(RunDirectory directory)
    {
        Rewrite(directory.Path, "config.json", "embeddings.safetensors", "known.safetensors", "live.safetensors", "metrics.json", "model.safetensors");
        foreach (string file in new[] { "embeddings.safetensors", "known.safetensors", "live.safetensors" })
            File.AppendAllText(directory.ChecksumFile, $"# {Checksums.Of(Path.Combine(directory.Path, file))}  next MiB of {file}\n");
    }

    private static void Rewrite(string folder, params string[] files) => File.WriteAllLines(
        Path.Combine(folder, "SHA256SUMS"), files.Select(file => $"{Checksums.Of(Path.Combine(folder, file))}  {file}"));
}
