using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Tessera.Compute.Devices;
using Tessera.Data;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Runs;
using Tessera.Recommendation.Scoring;
using Tessera.Recommendation.Tests.Training;
using Tessera.Recommendation.Training;

namespace Tessera.Recommendation.Tests.Runs;

/// <summary>Whole runs of a <see cref="TinyModel"/> into folders.</summary>
internal static class TinyRuns
{
    public static ModelDescription Model { get; } = ModelCatalog.Of(typeof(TinyModel).Assembly).Find("tiny");

    public static Dataset Named { get; } = new(
        "named", TinyRun.Data.Train, TinyRun.Data.Validation, TinyRun.Data.Test, TinyRun.Data.Modalities)
    {
        UserIds = [.. Enumerable.Range(0, TinyRun.Data.Users).Select(user => $"user {user}")],
        ItemIds = [.. Enumerable.Range(0, TinyRun.Data.Items).Select(item => $"\"item\" {item}")],
    };

    public static TrainingRun Of(
        Dataset? data = null, int? epochs = 4, ulong seed = 5, Protocol protocol = Protocol.Strict, ILogger? logger = null, string monitor = "Recall@5",
        float learningRate = 0.02f, bool restart = false, string? from = null, ColdItemVectors coldItems = ColdItemVectors.Own,
        float? coldItemFactor = null, Behavior behavior = Behavior.None, float? behaviorWeight = null) => new(
        data ?? TinyRun.Data,
        Model,
        OptionsBinder.Bind(Model.OptionsType, new JsonObject { ["embeddingSize"] = 4 }),
        new TrainingOptions
        {
            Epochs = epochs,
            BatchSize = 100,
            LearningRate = learningRate,
            Monitor = monitor,
            ColdItems = coldItems,
            ColdItemFactor = coldItemFactor,
            Behavior = behavior,
            BehaviorWeight = behaviorWeight,
        },
        seed,
        protocol,
        logger,
        from)
        {
            Restart = restart,
        };

    public static RunResult Execute(string folder, TrainingRun? run = null, bool resume = false, int threads = 1, int stopAfterEpoch = 0)
    {
        using var device = new Device(threads);
        using var source = new CancellationTokenSource();
        return (run ?? Of()).Execute(
            folder, device, resume, graphCache: null, new Stopper(source, stopAfterEpoch), source.Token);
    }

    private sealed class Stopper(CancellationTokenSource source, int epoch) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Finished && value.Epoch == epoch) source.Cancel();
        }
    }
}
