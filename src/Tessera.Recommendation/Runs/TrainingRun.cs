using System.Globalization;
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
using Tessera.Recommendation.Features;
using Tessera.Recommendation.Graphs;
using Tessera.Recommendation.Metrics;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Scoring;
using Tessera.Recommendation.Training;

namespace Tessera.Recommendation.Runs;

/// <summary>One training run from data to files: train, evaluate validation and test once, save.</summary>
public sealed partial class TrainingRun
{
    private const string NobodyToMeasure = "No user has both a training and a validation item";
    private readonly Dataset _dataset;
    private readonly ModelDescription _model;
    private readonly object _options;
    private readonly bool _validated;
    private readonly ILogger _logger;
    private readonly WarmStart? _from;
    private readonly IReadOnlyDictionary<string, FeatureTransform>? _earlierTransforms;

    /// <summary>Defines the run.</summary>
    /// <param name="dataset">Data; all its modalities are used.</param>
    /// <param name="options">The model's options, an instance of <see cref="ModelDescription.OptionsType"/>.</param>
    /// <param name="training">How to train it.</param>
    /// <param name="seed">Seed of all randomness.</param>
    /// <param name="protocol">Protocol of the test evaluation.</param>
    /// <param name="logger">Receives notices, or null.</param>
    /// <param name="from">
    /// Folder of a finished run of the same model whose parameters to start from, joined by the external ids of users and items; null to start
    /// from random ones.
    /// </param>
    /// <exception cref="ArgumentException">The options are another model's.</exception>
    /// <exception cref="InvalidInputException">An option is out of its range, or the earlier run cannot be used.</exception>
    public TrainingRun(
        Dataset dataset, ModelDescription model, object options, TrainingOptions training, ulong seed, Protocol protocol,
        ILogger? logger = null, string? from = null)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(training);
        model.RequireOptions(options);
        OptionsBinder.Check(options);
        training.Check();
        if (training is { TransformsFeatures: true, ColdItems: ColdItemVectors.Own } && !model.NeedsFeatures)
            throw new InvalidInputException($"{model.Title} does not learn from item features, so featureScaling and featureDimensions would do nothing; leave them out.");
        if (model.IsItemBased) RefuseTraining(model, training, from);
        _dataset = dataset;
        _model = model;
        _options = options;
        _logger = logger ?? NullLogger.Instance;
        HeldOut monitored = HeldOut.Monitored(dataset.Train, dataset.Validation, dataset.ColdItems);
        _validated = monitored.MeasuresAny(dataset.Train);
        RequireBehavior(training);
        _from = from is null ? null : WarmStart.Open(from, model.Name);
        _earlierTransforms = _from?.Transforms(training);
        TrainingOptions settled = training with { Epochs = training.EpochsWhere(_validated), MonitorWindow = training.MonitorWindowOf(monitored), ColdItemFactor = training.ColdItemFactorOf(monitored) };
        Config = new RunConfig(
            model.Name, OptionsBinder.ToJson(options), model.IsItemBased ? training : settled, seed, protocol,
            dataset.Name, [.. dataset.Modalities.Select(m => m.Name)], DatasetFingerprint.Of(dataset))
        {
            IsItemBased = model.IsItemBased,
            From = _from?.Checksum,
        };
    }

    /// <summary>All that determines the result.</summary>
    internal RunConfig Config { get; }

    /// <summary>
    /// Whether an unfinished run in the folder, such as one whose loss was not finite, is deleted and this one started in its place; a finished
    /// run is refused.
    /// </summary>
    public bool Restart { get; init; }

    /// <summary>Whether the test split is left for later: a search looks at it once, for what it chose.</summary>
    internal bool DefersTest { get; init; }

    /// <summary>Trains, evaluates and saves. The folder is locked meanwhile.</summary>
    /// <param name="path">Folder for the run's files, new or empty.</param>
    /// <param name="device">Where to compute; not disposed.</param>
    /// <param name="resume">Whether to continue the run that is there; one that is finished is left as it is, and its results are returned.</param>
    /// <param name="graphCache">Folder for nearest-neighbor graphs, or null.</param>
    /// <param name="progress">Receives a report after each batch and epoch, or null.</param>
    /// <param name="cancellationToken">Stops between two batches; the run can be resumed.</param>
    /// <exception cref="InvalidInputException">Data, settings or folder cannot be used.</exception>
    /// <exception cref="NotFiniteNumberException">The loss, a final vector or a parameter became infinite or not a number.</exception>
    /// <exception cref="StorageException">The system refuses to write.</exception>
    public RunResult Execute(
        string path, Device device, bool resume = false, string? graphCache = null,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (resume && Restart) throw new InvalidInputException("A run is either continued (resume) or started again (restart); ask for one of them.");
        RunStart start = resume ? RunStart.Resume : Restart ? RunStart.Restart : RunStart.New;
        var directory = new RunDirectory(path);
        directory.Check(Config, start);
        if (directory.IsFinished) return ReadFinished(directory);
        using IDisposable held = directory.Lock();
        directory.Check(Config, start); // again: before the lock, another process may have begun or ended one
        if (directory.IsFinished) return ReadFinished(directory);
        var evaluator = new Evaluator(device, _dataset.Train);
        HeldOut[] splits = [HeldOut.Monitored(_dataset.Train, _dataset.Validation, _dataset.ColdItems), HeldOut.Test(_dataset, Config.Protocol)];
        HeldOut? testAmongCold = HeldOut.TestAmongCold(_dataset);
        var rng = new Rng(Config.Seed);
        (string Modality, FeatureTransform? Transform)[] transforms =
            [.. _dataset.Modalities.Select(modality => (modality.Name, TransformOf(modality, device, rng, cancellationToken)))];
        Modality[] modalities = [.. _dataset.Modalities.Zip(transforms, (modality, one) => one.Transform?.Apply(modality, device, cancellationToken) ?? modality)];
        var graphs = new NeighborGraphs(device, graphCache, cancellationToken) { Note = LogNote };
        var inputs = new RecommenderInputs(_dataset.Train, modalities, rng.Stream("model"), graphs);
        if (_model.IsItemBased)
        {
            ItemBasedRecommender itemBased = _model.CreateItemBased(inputs, _options);
            Begin(directory, start, transforms);
            return ExecuteItemBased(directory, itemBased, splits, evaluator, device, cancellationToken);
        }

        using Recommender model = _model.Create(inputs, _options);
        if (_from is not null)
        {
            using var small = new SmallModel(_model, _options, modalities.Select(modality => (modality.Name, modality.Dimensions)), device);
            (int users, int items) = _from.Apply(model, small, _dataset);
            LogWarm(users, _dataset.Users, items, _dataset.Items);
        }

        using var trainer = new Trainer(model, _dataset.Train, _dataset.Validation, device, rng.Stream("training"), Config.Training, _dataset.ColdItems)
        {
            ConfigHash = Config.Hash,
            Imputation = Config.Training.ColdItems == ColdItemVectors.Own ? null
                : new NeighborImputation(model, modalities, _dataset.Train, Config.Training, graphs),
        };
        if (trainer.Imputation is not null) trainer.ComputeEmbeddings().Dispose(); // a model that cannot encode items by themselves is refused here
        Begin(directory, start, transforms);
        if (trainer.SkippedPairs > 0) LogSkippedPairs(SourceText.Counted(trainer.SkippedPairs, "pair"));
        if (!_validated) LogUnvalidated(_dataset.Validation.Count == 0 ? "There are no validation interactions" : NobodyToMeasure, Config.Training.Epochs!.Value);
        foreach (string notice in MetricNotices.Of(splits, _dataset.Train, MetricName.Parse(Config.Training.Monitor))) LogNotice(notice);
        CheckpointStore checkpoints = directory.Checkpoints;
        var log = new EpochLog(directory.EpochsFile);
        if (resume)
        {
            int epochs = trainer.Resume(checkpoints, out IReadOnlyList<string> notices);
            foreach (string notice in notices) LogNotice(notice);
            LogResumed(epochs);
            log.KeepUpTo(epochs);
        }

        TrainingResult trained = trainer.Run(checkpoints, new Recorder(log, progress), cancellationToken);
        using Embeddings embeddings = trainer.ComputeEmbeddings();
        if (trained.Best >= 1 && trained.BestEpoch < trained.Epochs) LogPerfect(Config.Training.Monitor, trained.BestEpoch, trained.Epochs);
        using var vectors = new DotProductScorer(embeddings);
        IScorer scorer = Corrected(vectors, directory, splits[0], device, cancellationToken, out float? behaviorWeight);
        EvaluationResult[] results = Measure(scorer, testAmongCold is null ? splits : [.. splits, testAmongCold], evaluator, cancellationToken);
        if (Config.Training.ColdItemFactor is null) LogColdItemFactor(trainer.ColdItemFactor.ToString(CultureInfo.InvariantCulture));
        LiveData.Write(directory, Config, model, embeddings.Lengths, trainer.ColdItemFactor, _dataset.Modalities, modalities, device, rng, cancellationToken);
        (string, Matrix)[] weights = [.. model.Parameters.Select(p => (p.Name, p.Value)), .. model.Buffers];
        SafetensorsWriter.Write(directory.ModelFile, weights, RunDirectory.Mark(directory.ModelFile, Config));
        RunVectors.Write(directory, Config, embeddings);
        return Finish(directory, new RunResult(trained.Epochs, trained.BestEpoch, trained.StoppedEarly, results[0], results[1])
        {
            TestAmongCold = results.ElementAtOrDefault(2),
            BehaviorWeight = behaviorWeight,
            ColdItemFactor = Config.Training.ColdItemFactor is null ? trainer.ColdItemFactor : null,
            ChunkWeights = ChunkSpread.Of(embeddings),
        });
    }

    private void Begin(RunDirectory directory, RunStart start, IEnumerable<(string Modality, FeatureTransform? Transform)> transforms)
    {
        if (directory.Begin(Config, start) is { } deleted) LogRestarted(directory.Path, deleted);
        KnownData.Write(directory, Config, _dataset); // before training, for what cannot be written is refused here
        RunFeatures.Write(directory, Config, transforms);
        if (_model.IsItemBased) return; // takes no new items
        foreach (Modality modality in _dataset.Modalities)
            if (!EncoderFile.Copy(modality, directory.Path)) LogUnfitEncoder(modality.FittedEncoder!, modality.Name);
    }

    /// <summary>Measures validation, which comes first, and test unless it is left for later.</summary>
    private EvaluationResult[] Measure(IScorer scorer, HeldOut[] splits, Evaluator evaluator, CancellationToken cancellationToken)
    {
        HeldOut[] now = [.. splits.Take(DefersTest ? 1 : splits.Length).Where(split => split.MeasuresAny(_dataset.Train))];
        IReadOnlyList<EvaluationResult> measured = evaluator.Evaluate(scorer, now, cancellationToken);
        return [.. splits.Select(split => measured.FirstOrDefault(one => one.Split == split.Name) ?? EvaluationResult.Nothing(split.Name))];
    }

    private RunResult ReadFinished(RunDirectory directory)
    {
        directory.VerifyAll();
        LogFinished(directory.Path);
        return RunResult.Read(directory.MetricsFile);
    }

    /// <summary>How a modality's features are transformed: as the run started from did, or, where it has no such modality or there is none, by the training items; null for not at all.</summary>
    private FeatureTransform? TransformOf(Modality modality, Device device, Rng rng, CancellationToken cancellationToken) =>
        _earlierTransforms?.GetValueOrDefault(modality.Name) ?? FeatureTransform.Fit(
            modality, _dataset.Train, Config.Training.FeatureScaling, Config.Training.FeatureDimensions, device, rng.Stream($"features {modality.Name}"), cancellationToken);

    /// <summary>Writes the results, after which the run is finished.</summary>
    private RunResult Finish(RunDirectory directory, RunResult result)
    {
        string metrics = result.ToJson(Config).ToJsonString(new() { WriteIndented = true }) + "\n";
        directory.WriteChecksums(metrics);
        AtomicFile.WriteText(directory.MetricsFile, metrics);
        return result;
    }

    [LoggerMessage(LogLevel.Warning, "Left out of training: {Pairs} of users who have every training item, so that there is no negative.")]
    private partial void LogSkippedPairs(string pairs);

    [LoggerMessage(LogLevel.Warning, "{Reason}, so training runs {Epochs} epochs without early stopping and keeps the last; 'epochs' sets another number.")]
    private partial void LogUnvalidated(string reason, int epochs);

    [LoggerMessage(
        LogLevel.Warning,
        "{Monitor} on validation was 1 after epoch {Best}, as high as it goes, so none of the epochs after it could count: training ended after {Epochs}. "
        + "A monitor such as NDCG@5 may tell them apart.")]
    private partial void LogPerfect(string monitor, int best, int epochs);

    [LoggerMessage(LogLevel.Information, "coldItemFactor {Factor} is best on validation, by the harmonic mean of warm and cold items.")]
    private partial void LogColdItemFactor(string factor);

    [LoggerMessage(
        LogLevel.Warning,
        "'{File}' is not what made the features of '{Modality}', so the run keeps no encoder for later items; 'tessera data encode' with --replace makes both anew.")]
    private partial void LogUnfitEncoder(string file, string modality);

    [LoggerMessage(LogLevel.Warning, "{Notice}")]
    private partial void LogNotice(string notice);

    [LoggerMessage(LogLevel.Information, "The run in '{Path}' is finished: nothing is trained or written, and these are its results.")]
    private partial void LogFinished(string path);

    [LoggerMessage(LogLevel.Information, "Starting again in '{Path}': the unfinished run there was deleted, with {Epochs} epochs in its log.")]
    private partial void LogRestarted(string path, int epochs);

    [LoggerMessage(LogLevel.Information, "Starting from an earlier run, which knows {Users} of the {AllUsers} users and {Items} of the {AllItems} items.")]
    private partial void LogWarm(int users, int allUsers, int items, int allItems);

    [LoggerMessage(LogLevel.Information, "{Note}")]
    private partial void LogNote(string note);

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
