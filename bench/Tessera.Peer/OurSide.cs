using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Models;
using Tessera.Recommendation;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Graphs;
using Tessera.Recommendation.Metrics;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Sampling;
using Tessera.Recommendation.Training;

namespace Tessera.Peer;

/// <summary>A model of Tessera with its default options on Amazon Baby; and what the peer takes over from it.</summary>
internal sealed class OurSide : ISide
{
    public const int BatchSize = 2048;
    private static readonly MetricName[] Metrics = [MetricName.Parse("Recall@20"), MetricName.Parse("NDCG@20")];
    private readonly Recommender _model;
    private readonly Trainer _trainer;
    private readonly Evaluator _evaluator;
    private Embeddings? _embeddings;

    public OurSide(string model, Dataset data, Device device)
    {
        Data = data;
        Graphs = new NeighborGraphs(device);
        var rng = new Rng(1);
        var inputs = new RecommenderInputs(data.Train, data.Modalities, rng.Stream("model"), Graphs);
        ModelDescription description = ModelCatalog.Of(typeof(LirdRec).Assembly).Find(model);
        _model = description.Create(inputs, Activator.CreateInstance(description.OptionsType)!);
        _model.BeginEpoch(1);
        var options = new TrainingOptions { BatchSize = BatchSize };
        LearningRate = options.LearningRate;
        _trainer = new Trainer(_model, data.Train, data.Validation, device, rng.Stream("training"), options);
        _evaluator = new Evaluator(device, data.Train, Metrics);
    }

    public Dataset Data { get; }

    public NeighborGraphs Graphs { get; }

    public float LearningRate { get; }

    public Matrix Parameter(string name) => _model.Parameters.Single(parameter => parameter.Name == name).Value;

    public double Step(Batch batch) => _trainer.Step(batch);

    public void Represent()
    {
        _embeddings?.Dispose();
        _embeddings = _trainer.ComputeEmbeddings();
    }

    public double[] Evaluate()
    {
        HeldOut[] splits = [HeldOut.Validation(Data), HeldOut.Test(Data, Protocol.Strict)];
        IReadOnlyList<EvaluationResult> results = _evaluator.Evaluate(_embeddings!, splits);
        return [.. from result in results from metric in Metrics select result[metric]];
    }

    public void Dispose()
    {
        _embeddings?.Dispose();
        _trainer.Dispose();
        _model.Dispose();
    }
}
