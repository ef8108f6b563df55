using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Recommendation;
using Tessera.Recommendation.Graphs;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Sampling;
using Tessera.Recommendation.Training;

namespace Tessera.Models.Tests.Contract;

/// <summary>A model with a trainer and a tape of its own.</summary>
internal sealed class ModelRun : IDisposable
{
    public ModelRun(ModelDescription model, Dataset data, ulong seed = 1, int threads = 1, TrainingOptions? training = null, object? options = null)
    {
        Data = data;
        Device = new Device(threads);
        var rng = new Rng(seed);
        var inputs = new RecommenderInputs(data.Train, data.Modalities, rng.Stream("model"), new NeighborGraphs(Device));
        Model = model.Create(inputs, options ?? SmallOptions(model));
        Trainer = new Trainer(Model, data.Train, data.Validation, Device, rng.Stream("training"), training ?? Training);
        Tape = new Tape(Device);
    }

    /// <summary>216 training pairs in four batches, the last of which is smaller.</summary>
    public static TrainingOptions Training { get; } = new() { Epochs = 3, BatchSize = 60, LearningRate = 0.01f, Monitor = "Recall@1" };

    public Dataset Data { get; }

    public Device Device { get; }

    public Recommender Model { get; }

    public Trainer Trainer { get; }

    public Tape Tape { get; }

    /// <summary>All parameters and buffers, bit by bit.</summary>
    public byte[] Weights =>
    [
        .. Model.Parameters.SelectMany(p => MemoryMarshal.AsBytes(p.Value.Span).ToArray()),
        .. Model.Buffers.SelectMany(b => MemoryMarshal.AsBytes(b.Value.Span).ToArray()),
    ];

    /// <summary>The final vectors, bit by bit.</summary>
    public byte[] Vectors()
    {
        using Embeddings embeddings = Model.ComputeEmbeddings(Tape);
        return [.. MemoryMarshal.AsBytes(embeddings.Users.Span), .. MemoryMarshal.AsBytes(embeddings.Items.Span)];
    }

    /// <summary>The model's defaults with vectors of 8 where it has such an option.</summary>
    public static object SmallOptions(ModelDescription model)
    {
        bool sized = model.OptionsType.GetProperty("EmbeddingSize") is not null;
        return OptionsBinder.Bind(model.OptionsType, sized ? new JsonObject { ["embeddingSize"] = 8 } : []);
    }

    public static void AssertFinite(Embeddings embeddings)
    {
        foreach (Matrix? matrix in new[] { embeddings.Users, embeddings.Items, embeddings.ChunkWeights })
            if (matrix is not null) Assert.DoesNotContain(matrix.Span.ToArray(), value => !float.IsFinite(value));
    }

    public void Dispose()
    {
        Tape.Dispose();
        Trainer.Dispose();
        Model.Dispose();
        Device.Dispose();
    }

    /// <summary>Bytes that this thread allocates in an epoch of steps, after three.</summary>
    public long AllocatedByWarmSteps()
    {
        var sampler = new BprSampler(Data.Train, 60, new Rng(4));
        var batch = new Batch(60);
        Model.BeginEpoch(1);
        for (int pass = 0; pass < 3; pass++) Pass();

        long before = GC.GetAllocatedBytesForCurrentThread();
        Pass();
        return GC.GetAllocatedBytesForCurrentThread() - before;

        void Pass()
        {
            sampler.BeginEpoch();
            while (sampler.Next(batch)) Trainer.Step(batch);
        }
    }
}
