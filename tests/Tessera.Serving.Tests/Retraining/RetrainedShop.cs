using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tessera.Compute.Devices;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Models.Tests.Contract;
using Tessera.Models.Tests.Live;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Runs;
using Tessera.Recommendation.Training;
using Tessera.Serving.Retraining;
using Tessera.Serving.Stores;

namespace Tessera.Serving.Tests.Retraining;

/// <summary>A folder of runs on the checkerboard, whose users are u0, u1, … and items i0, i1, …, and services that train there.</summary>
internal sealed class RetrainedShop : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly TemporaryDirectory _folder = new();

    /// <summary>The checkerboard with ids, and one more user, so that users and items differ in number.</summary>
    public static Dataset Board { get; } = new(
        LiveRuns.Board.Name, WithOneMore(LiveRuns.Board.Train, 0, 1, 2, 3), WithOneMore(LiveRuns.Board.Validation, 4), WithOneMore(LiveRuns.Board.Test), LiveRuns.Board.Modalities)
    {
        UserIds = [.. Enumerable.Range(0, Checkerboard.Users + 1).Select(user => $"u{user}")],
        ItemIds = [.. Enumerable.Range(0, Checkerboard.Items).Select(item => $"i{item}")],
    };

    public string Runs => _folder.Path;

    public string Run => _folder.In("shop");

    public string Database => _folder.In("store.db");

    /// <summary>What runs the command in a process of its own.</summary>
    public static TrainingCommand Command { get; } = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "tessera.dll")]);

    /// <summary>Trains the run that is served first.</summary>
    /// <param name="training">Options of training other than those of small runs.</param>
    /// <param name="from">Folder of a run to start from.</param>
    public void Train(string training = "{}", string? from = null) => Train(Run, training, from);

    public static void Train(string run, string training, string? from)
    {
        ModelDescription model = LiveRuns.Catalog.Find("lirdrec");
        JsonObject how = OptionsBinder.ToJson(ModelRun.Training with { Epochs = 40, EvaluateEvery = 40 });
        foreach ((string key, JsonNode? value) in JsonNode.Parse(training)!.AsObject()) how[key] = value?.DeepClone();
        using var device = new Device(1);
        new TrainingRun(Board, model, ModelRun.SmallOptions(model), OptionsBinder.Bind<TrainingOptions>(how), 1, Protocol.Strict, from: from).Execute(run, device);
        DatasetWriter.Write(Board, TrainingFolder.DataOf(run));
    }

    /// <summary>Starts a service on the run.</summary>
    /// <param name="use">Adds or replaces services.</param>
    public Task<Service> StartAsync(Action<ITesseraBuilder>? use = null, params (string Key, string Value)[] settings) => Service.StartAsync(
        Run, Database,
        builder =>
        {
            builder.Services.AddSingleton(Command);
            use?.Invoke(builder);
        },
        settings);

    /// <summary>Waits until a job has ended.</summary>
    public static async Task<Job> EndOf(Service service, string id)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            Job job = (await (await service.Store).Jobs.FindAsync(id))!;
            if (job.State is JobState.Succeeded or JobState.Failed) return job;
            await Task.Delay(20, patience.Token);
        }
    }

    /// <summary>Waits for something.</summary>
    public static async Task Until(Func<bool> reached)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!reached()) await Task.Delay(10, patience.Token);
    }

    /// <summary>Asks for a training and waits until it is done.</summary>
    public static async Task<JsonObject> TrainNext(Service service)
    {
        Job done = await EndOf(service, (await service.Get<Retrainer>().RequestAsync()).Id);
        Assert.True(done.State == JobState.Succeeded, done.Error);
        return JsonNode.Parse(done.Result!)!.AsObject();
    }

    /// <summary>The data that a generation was trained on.</summary>
    public Dataset DataOf(string generation) => DatasetReader.Read(TrainingFolder.DataOf(Path.Combine(Runs, generation)));

    /// <summary>The training that is going on.</summary>
    public TrainingFolder? Unfinished => Directory.GetDirectories(Runs, "*.training") is [var path] ? new TrainingFolder(path) : null;

    /// <summary>How many epochs that training has done.</summary>
    public int Epochs()
    {
        if (Unfinished is not { } folder || !File.Exists(Path.Combine(folder.Run, "epochs.jsonl"))) return 0;
        return File.ReadLines(Path.Combine(folder.Run, "epochs.jsonl")).Count();
    }

    public void Dispose() => _folder.Dispose();

    private static Interactions WithOneMore(Interactions split, params IEnumerable<int> items) =>
        Interactions.FromPairs(split.Users + 1, split.Items, split.Pairs().Concat(items.Select(item => (split.Users, item))));
}
