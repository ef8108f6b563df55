using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Data.Splitting;
using Tessera.Models;
using Tessera.Recommendation;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Features;
using Tessera.Recommendation.Graphs;
using Tessera.Recommendation.Metrics;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Training;

namespace Tessera.Benchmarks.Cold;

/// <summary>
/// One training of a study on a mixed split. Training knows nothing of how cold items get their vectors, so all ways are measured after each third epoch of
/// at most 60, each with its own best epoch.
/// </summary>
internal sealed class ColdTraining : IDisposable
{
    private const int MostEpochs = 60, Patience = 21, Every = 3;
    private static readonly MetricName Recall = new(Metric.Recall, 20);
    private readonly ColdStudy _study;
    private readonly int _seed;
    private readonly Dataset _data;
    private readonly IReadOnlyList<Modality> _modalities;
    private readonly Device _device = new(threads: 1);
    private readonly Recommender _model;
    private readonly Trainer _trainer;
    private readonly ColdVectors _vectors;
    private readonly Evaluator _evaluator;
    private readonly Dictionary<string, ColdBest> _best = [];

    public ColdTraining(ColdStudy study, Dataset all, int seed)
    {
        (_study, _seed) = (study, seed);
        _data = ColdStartSplit.Mixed(all.WithModalities(study.Modalities), new Rng((ulong)seed).Stream("split"));
        ModelDescription description = ModelCatalog.Of(typeof(LirdRec).Assembly).Find(study.Model);
        TrainingOptions training = OptionsBinder.Bind<TrainingOptions>(study.Settings, description.OptionsType) with
        {
            Epochs = MostEpochs,
            Patience = int.MaxValue,
            EvaluateEvery = int.MaxValue,
        };
        var rng = new Rng((ulong)seed);
        _modalities = [.. _data.Modalities.Select(modality => FeatureTransform.Fit(
            modality, _data.Train, training.FeatureScaling, training.FeatureDimensions, _device, rng.Stream($"features {modality.Name}"))?.Apply(modality, _device, default) ?? modality)];
        var graphs = new NeighborGraphs(_device);
        IReadOnlyList<Modality> seen = study.Inductive ? [.. _modalities.Select(Hide)] : _modalities;
        _model = description.Create(
            new RecommenderInputs(_data.Train, seen, rng.Stream("model"), graphs), OptionsBinder.Bind(description.OptionsType, study.Settings, typeof(TrainingOptions)));
        _trainer = new Trainer(_model, _data.Train, _data.Validation, _device, rng.Stream("training"), training, _data.ColdItems);
        _vectors = new ColdVectors(_device, _data, _modalities, _model, graphs, study.Inductive);
        _evaluator = new Evaluator(_device, _data.Train);
    }

    public IReadOnlyList<ColdRow> Run()
    {
        using var done = new CancellationTokenSource();
        var epochs = new EachEpoch(epoch =>
        {
            if (epoch % Every > 0) return;
            Measure(epoch);
            if (_best.Values.All(best => epoch - best.Epoch >= Patience)) done.Cancel();
        });
        try
        {
            _trainer.Run(progress: epochs, cancellation: done.Token);
        }
        catch (OperationCanceledException)
        {
            // no way improves any more
        }

        return [.. _best.Select(pair => new ColdRow(
            _study.Name, pair.Key, _seed, pair.Value.Epoch, ColdFigures.Of(pair.Value.Validation), ColdFigures.Of(Test(pair.Value.Vectors))))];
    }

    public void Dispose()
    {
        foreach (ColdBest best in _best.Values) best.Vectors.Dispose();
        _trainer.Dispose();
        _model.Dispose();
        _device.Dispose();
    }

    private EvaluationResult Test(Embeddings vectors) => _evaluator.Evaluate(vectors, [HeldOut.Test(_data, Protocol.Strict)])[0];

    private void Measure(int epoch)
    {
        using Embeddings learned = _trainer.ComputeEmbeddings();
        using var tape = new Tape(_device);
        using Matrix? content = _model.ComputeContentVectors(tape, [.. _modalities.Select(modality => modality.Features)]);
        foreach ((string variant, Matrix items) in _vectors.Of(learned, content))
        {
            var vectors = new Embeddings(learned.Users, items);
            EvaluationResult result = _evaluator.Evaluate(vectors, [HeldOut.Validation(_data)])[0];
            double reached = result.HarmonicMean(Recall);
            if (_best.GetValueOrDefault(variant) is { } best && best.Reached >= reached) continue;
            _best.GetValueOrDefault(variant)?.Vectors.Dispose();
            _best[variant] = new ColdBest(reached, epoch, result, new Embeddings(learned.Users.Clone(), items.Clone()));
        }
    }

    /// <summary>The modality as it is before cold items exist: without their rows.</summary>
    private Modality Hide(Modality modality)
    {
        Matrix features = modality.Features.Clone();
        bool[] missing = [.. modality.Missing];
        foreach (int item in _data.ColdItems!)
        {
            features.Row(item).Clear();
            missing[item] = true;
        }

        return new Modality(modality.Name, features, missing);
    }
}

/// <summary>The best epoch of a way so far.</summary>
internal sealed record ColdBest(double Reached, int Epoch, EvaluationResult Validation, Embeddings Vectors);
