using System.Diagnostics;
using Tessera.Compute.Autograd;
using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Models;
using Tessera.Recommendation;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Graphs;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Runs;
using Tessera.Recommendation.Sampling;
using Tessera.Recommendation.Training;

namespace Tessera.Benchmarks;

/// <summary>A finished run of LIRDRec that was never trained, of any size, which takes new items. Users and items have their numbers as ids.</summary>
internal static class MadeUpRun
{
    private const int InteractionsPerUser = 8, Width = 192, Directions = 300;

    public static void Make(RunDirectory directory, int users, int items, (string Name, int Dimensions)[] kinds)
    {
        var rng = new Rng(1);
        using var device = new Device();
        Interactions train = Interactions.FromPairs(
            users, items, Enumerable.Range(0, users).SelectMany(user => Enumerable.Range(0, InteractionsPerUser).Select(_ => (user, rng.Next(items)))));
        Interactions none = Interactions.FromPairs(users, items, []);
        Modality[] modalities = [.. kinds.Select(kind => new Modality(kind.Name, Features(items, kind.Dimensions, device, rng)))];
        ModelDescription lirdrec = ModelCatalog.Of(typeof(LirdRec).Assembly).Find("lirdrec");
        object options = OptionsBinder.Bind(lirdrec.OptionsType, []);
        var config = new RunConfig(
            lirdrec.Name, OptionsBinder.ToJson(options), new TrainingOptions(), 1, Protocol.Strict, "large", [.. kinds.Select(kind => kind.Name)], "");
        using Recommender one = lirdrec.Create(
            new RecommenderInputs(
                Interactions.FromPairs(1, 1, [(0, 0)]), [.. kinds.Select(kind => new Modality(kind.Name, new Matrix(1, kind.Dimensions)))],
                rng.Stream("model"), new NeighborGraphs(device)), options);
        using var made = new MadeUp(new RecommenderInputs(train, modalities, rng, new NeighborGraphs(device)), one, device);
        using var embeddings = new Embeddings(Gaussian(users, Width, rng), Gaussian(items, Width, rng), one.Chunks, Equal(users, one.Chunks.Count));
        AtomicFile.WriteText(directory.ConfigFile, config.ToJson());
        KnownData.Write(directory, config, new Dataset("large", train, none, none, modalities));
        RunVectors.Write(directory, config, embeddings);
        long start = Stopwatch.GetTimestamp();
        LiveData.Write(directory, config, made, lengths: null, coldItemFactor: 1, modalities, modalities, device, rng);
        Console.Error.WriteLine($"{Path.GetFileName(directory.LiveFile)}: {new FileInfo(directory.LiveFile).Length:N0} bytes in {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s");
        SafetensorsWriter.Write(directory.ModelFile, [.. one.Parameters.Select(p => (p.Name, p.Value))], RunDirectory.Mark(directory.ModelFile, config));
        directory.WriteChecksums("{}\n");
        AtomicFile.WriteText(directory.MetricsFile, "{}\n");
    }

    /// <summary>Rows of a product of two thin random matrices, and some noise: a spectrum that falls, as features have.</summary>
    private static Matrix Features(int items, int dimensions, Device device, Rng rng)
    {
        using Matrix left = Gaussian(items, Directions, rng), right = Gaussian(Directions, dimensions, rng);
        var features = new Matrix(items, dimensions);
        device.MatMul(left, false, right, false, features);
        return features;
    }

    private static Matrix Gaussian(int rows, int columns, Rng rng)
    {
        var matrix = new Matrix(rows, columns);
        foreach (ref float value in matrix.Span) value = 0.1f * rng.NextGaussian();
        return matrix;
    }

    private static Matrix Equal(int rows, int columns)
    {
        var matrix = new Matrix(rows, columns);
        matrix.Span.Fill(1f / columns);
        return matrix;
    }

    /// <summary>Content vectors of a real model, and what users gather made up; it is never trained.</summary>
    private sealed class MadeUp(RecommenderInputs inputs, Recommender model, Device device) : Recommender(inputs)
    {
        private readonly Tape _inner = new(device);

        public override IReadOnlyList<Parameter> Parameters => [];

        public override Variable Loss(Batch batch, Tape tape) => throw new NotSupportedException();

        protected override Representation Forward(Tape tape) => throw new NotSupportedException();

        protected override Variable? ContentVectors(Tape tape, IReadOnlyList<Matrix> features) => tape.Constant(Own(model.ComputeContentVectors(_inner, features)!));

        protected override Variable? GatheredItems(Tape tape) => tape.Constant(Own(Gaussian(Inputs.Items, Width, new Rng(3))));
    }
}
