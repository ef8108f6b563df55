using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Tessera.Compute.Devices;
using Tessera.Data;
using Tessera.Models.Tests.Contract;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Live;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Runs;

namespace Tessera.Models.Tests.Live;

/// <summary>A finished run of each model on the checkerboard, made once.</summary>
public sealed class LiveRuns : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("tessera-live-").FullName;
    private readonly ConcurrentDictionary<(string Model, string Training), Lazy<string>> _runs = new();
    private int _copies;

    public static ModelCatalog Catalog { get; } = ModelCatalog.Of(typeof(LirdRec).Assembly);

    internal static Dataset Board { get; } = Checkerboard.Create();

    /// <summary>The folder of a model's run, which nobody writes into.</summary>
    /// <param name="training">Options of training that differ.</param>
    public string Of(string model, string training = "{}") => _runs.GetOrAdd((model, training), one => new(() => Train(one.Model, Board, training: one.Training))).Value;

    /// <summary>A copy of a model's run, to be written into.</summary>
    public string Copy(string model)
    {
        string folder = Path.Combine(_root, $"copy-{Interlocked.Increment(ref _copies)}");
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.GetFiles(Of(model))) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        return folder;
    }

    /// <summary>Trains a run of some data with more options.</summary>
    public string Train(string name, Dataset data, string set = "{}", string training = "{}")
    {
        ModelDescription model = Catalog.Find(name);
        JsonObject options = OptionsBinder.ToJson(ModelRun.SmallOptions(model));
        foreach ((string key, JsonNode? value) in JsonNode.Parse(set)!.AsObject()) options[key] = value?.DeepClone();
        JsonObject how = OptionsBinder.ToJson(model.IsItemBased ? new() : ModelRun.Training with { Epochs = 40, EvaluateEvery = 40 });
        foreach ((string key, JsonNode? value) in JsonNode.Parse(training)!.AsObject()) how[key] = value?.DeepClone();
        string folder = Folder(name);
        using var device = new Device(1);
        new TrainingRun(data, model, OptionsBinder.Bind(model.OptionsType, options), OptionsBinder.Bind<Recommendation.Training.TrainingOptions>(how), 1, Protocol.Strict)
            .Execute(folder, device);
        return folder;
    }

    /// <summary>A folder for another run.</summary>
    public string Folder(string name) => Path.Combine(_root, $"{name}-{Interlocked.Increment(ref _copies)}");

    /// <summary>A new item that is like one of the checkerboard's.</summary>
    internal static NewItem Like(string id, int item, float nudge = 0.01f) => new(
        id, Board.Modalities.ToDictionary(modality => modality.Name, modality => Array.ConvertAll(modality.Features.Row(item).ToArray(), value => value + nudge)));

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
