using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Data.Storage;
using Tessera.Recommendation.Checkpoints;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Graphs;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Training;

namespace Tessera.Recommendation.Runs;

/// <summary>One training run from data to files: train, evaluate validation and test once, save.</summary>
public sealed partial class TrainingRun
{
    private readonly Dataset _dataset;
    private readonly ModelDescription _model;
    private readonly object _options;
    private readonly ILogger _logger;

    /// <summary>Defines the run.</summary>
    /// <param name="dataset">Data; all its modalities are used.</param>
    /// <param name="options">Its options, of the model's options type.</param>
    /// <param name="training">How to train it.</param>
    /// <param name="seed">Seed of all randomness.</param>
    /// <param name="protocol">Protocol of the test evaluation.</param>
    /// <param name="logger">Receives notices, or null.</param>
    /// <exception cref="InvalidInputException">An option is out of its range.</exception>
    public TrainingRun(
        Dataset dataset, ModelDescription model, object options, TrainingOptions training, ulong seed, Protocol protocol, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(model);
        OptionsBinder.Check(options);
        OptionsBinder.Check(training);
        _dataset = dataset;
        _model = model;
        _options = options;
        _logger = logger ?? NullLogger.Instance;
        Config = new RunConfig(
            model.Name, OptionsBinder.ToJson(options), training, seed, protocol,
            dataset.Name, [.. dataset.Modalities.Select(m => m.Name)], DatasetFingerprint.Of(dataset));
    }

    /// <summary>All that determines the result.</summary>
    internal RunConfig Config { get; }

    /// <summary>Trains, evaluates and saves.</summary>
    /// <param name="path">Folder for the run's files, new or empty.</param>
    /// <param name="resume">Whether to continue a run that was interrupted.</param>
    /// <param name="graphCache">Folder for nearest-neighbor graphs, or null.</param>
    /// <param name="progress">Receives a report after each batch and epoch, or null.</param>
    /// <param name="cancellation">Stops between two batches; the run can be resumed.</param>
    /// <exception cref="InvalidInputException">Data, settings or folder cannot be used.</exception>
    /// <exception cref="NotFiniteNumberException">The loss, a final vector or a parameter became infinite or not a number.</exception>
    public RunResult Execute(
        string path, Device device, bool resume = false, string? graphCache = null,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        var directory = new RunDirectory(path);
        directory.Check(Config, resume);
        var evaluator = new Evaluator(device, _dataset.Train);
        HeldOut[] splits = [HeldOut.Monitored(_dataset.Train, _dataset.Validation), HeldOut.Test(_dataset, Config.Protocol)];
        evaluator.RequireUsers(splits);
        var rng = new Rng(Config.Seed);
        var inputs = new RecommenderInputs(_dataset.Train, _dataset.Modalities, rng.Stream("model"), new NeighborGraphs(device, graphCache));
        using Recommender model = _model.Create(inputs, _options);
        using var trainer = new Trainer(model, _dataset.Train, _dataset.Validation, device, rng.Stream("training"), Config.Training)
        {
            ConfigHash = Config.Hash,
        };
        directory.Prepare(Config, resume);
        TrainedRun.WriteData(directory, _dataset); // before training, for what cannot be written is refused here
        if (trainer.SkippedPairs > 0) LogSkippedPairs(SourceText.Counted(trainer.SkippedPairs, "pair"));
        CheckpointStore checkpoints = directory.Checkpoints;
        var log = new EpochLog(directory.EpochsFile);
        if (resume)
        {
            int epochs = trainer.Resume(checkpoints, out IReadOnlyList<string> notices);
            foreach (string notice in notices) LogNotice(notice);
            LogResumed(epochs);
            log.KeepUpTo(epochs);
        }

        TrainingResult trained = trainer.Run(checkpoints, new Recorder(log, progress), cancellation);
        using Embeddings embeddings = trainer.ComputeEmbeddings();
        IReadOnlyList<EvaluationResult> results = evaluator.Evaluate(embeddings, splits, cancellation);
        var result = new RunResult(trained.Epochs, trained.BestEpoch, trained.StoppedEarly, results[0], results[1]);
        Save(directory, model, embeddings, result);
        return result;
    }

    private void Save(RunDirectory directory, Recommender model, Embeddings embeddings, RunResult result)
    {
        (string, Matrix)[] weights = [.. model.Parameters.Select(p => (p.Name, p.Value)), .. model.Buffers];
        string modelChecksum = SafetensorsWriter.Write(directory.ModelFile, weights, new Dictionary<string, string>
        {
            ["model"] = Config.Model,
            ["config"] = Config.Hash,
        });
        string embeddingsChecksum = TrainedRun.WriteEmbeddings(directory, embeddings);
        directory.WriteChecksums((directory.ModelFile, modelChecksum), (directory.EmbeddingsFile, embeddingsChecksum));
        AtomicFile.WriteText(directory.MetricsFile, result.ToJson(Config).ToJsonString(new() { WriteIndented = true }) + "\n");
    }

    [LoggerMessage(LogLevel.Warning, "Left out of training: {Pairs} of users who have every training item, so that there is no negative.")]
    private partial void LogSkippedPairs(string pairs);

    [LoggerMessage(LogLevel.Warning, "{Notice}")]
    private partial void LogNotice(string notice);

    [LoggerMessage(LogLevel.Information, "Resuming after epoch {Epochs}.")]
    private partial void LogResumed(int epochs);

    /// <summary>Writes finished epochs down before passing progress on.</summary>
    private sealed class Recorder(EpochLog log, IProgress<TrainingProgress>? next) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Finished) log.Append(value);
            next?.Report(value);
        }
    }
}
