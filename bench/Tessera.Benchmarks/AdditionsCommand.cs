using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
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
using Tessera.Recommendation.Live;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Runs;
using Tessera.Recommendation.Sampling;
using Tessera.Recommendation.Training;

namespace Tessera.Benchmarks;

/// <summary>Makes up a finished run of LIRDRec of Amazon Electronics' number of items and measures how long adding items to it takes.</summary>
internal static class AdditionsCommand
{
    private const int Items = 63_001, Users = 20_000, InteractionsPerUser = 8, Width = 192, Directions = 300;
    private static readonly (string Name, int Dimensions)[] Modalities = [("image", 4096), ("text", 384)];

    public static Command Create()
    {
        var added = new Option<int>("--added") { Description = "number of items to add at once", DefaultValueFactory = _ => 1000 };
        var repetitions = new Option<int>("--repetitions") { Description = "how often", DefaultValueFactory = _ => 5 };
        var keep = new Option<string>("--keep") { Description = "folder to make the run in, kept and used again: then memory is that of adding alone", Required = true };
        var command = new Command("additions", "milliseconds and memory of adding items to a large run") { added, repetitions, keep };
        command.SetAction(parsed =>
        {
            var directory = new RunDirectory(parsed.GetValue(keep)!);
            if (!directory.IsFinished) Make(directory);
            Console.WriteLine(Measure(directory, parsed.GetValue(added), parsed.GetValue(repetitions)).ToJsonString());
        });
        return command;
    }

    private static void Make(RunDirectory directory)
    {
        var rng = new Rng(1);
        using var device = new Device();
        Interactions train = Interactions.FromPairs(
            Users, Items, Enumerable.Range(0, Users).SelectMany(user => Enumerable.Range(0, InteractionsPerUser).Select(_ => (user, rng.Next(Items)))));
        Interactions none = Interactions.FromPairs(Users, Items, []);
        Modality[] modalities = [.. Modalities.Select(modality => new Modality(modality.Name, Features(modality.Dimensions, device, rng)))];
        ModelDescription lirdrec = ModelCatalog.Of(typeof(LirdRec).Assembly).Find("lirdrec");
        object options = OptionsBinder.Bind(lirdrec.OptionsType, []);
        var config = new RunConfig(
            lirdrec.Name, OptionsBinder.ToJson(options), new TrainingOptions(), 1, Protocol.Strict, "large", [.. Modalities.Select(modality => modality.Name)], "");
        using Recommender one = lirdrec.Create(
            new RecommenderInputs(
                Interactions.FromPairs(1, 1, [(0, 0)]), [.. Modalities.Select(modality => new Modality(modality.Name, new Matrix(1, modality.Dimensions)))],
                rng.Stream("model"), new NeighborGraphs(device)), options);
        using var made = new MadeUp(new RecommenderInputs(train, modalities, rng, new NeighborGraphs(device)), one, device);
        using var embeddings = new Embeddings(Gaussian(Users, Width, rng), Gaussian(Items, Width, rng), one.Chunks, Equal(Users, one.Chunks.Count));
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

    private static JsonObject Measure(RunDirectory directory, int added, int repetitions)
    {
        var rng = new Rng(2);
        NewItem[][] batches = [.. Enumerable.Range(0, repetitions).Select(batch => Enumerable.Range(0, added).Select(n => Item($"{batch} {n}", rng)).ToArray())];
        using LiveRecommender live = LiveRecommender.Open(directory.Path, ModelCatalog.Of(typeof(LirdRec).Assembly));
        long start = Stopwatch.GetTimestamp();
        live.AddItem(Item("first", rng));
        double first = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        start = Stopwatch.GetTimestamp();
        live.AddItem(Item("second", rng));
        double single = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
        double[] times = [.. batches.Select(batch =>
        {
            long begun = Stopwatch.GetTimestamp();
            live.AddItems(batch);
            return Stopwatch.GetElapsedTime(begun).TotalMilliseconds / added;
        }).Order()];
        double busy = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalMilliseconds / (added * repetitions);
        start = Stopwatch.GetTimestamp();
        live.Recommend(["0 1", "5"], 10);
        return new JsonObject
        {
            ["cpu"] = Machine.Cpu,
            ["first_ms"] = Math.Round(first, 1),
            ["single_ms"] = Math.Round(single, 1),
            ["item_ms_least"] = Math.Round(times[0], 3),
            ["item_ms_median"] = Math.Round(times[times.Length / 2], 3),
            ["item_cpu_ms"] = Math.Round(busy, 3), // of all cores together: what a machine that does much else at the time takes longer for
            ["recommend_ms"] = Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 1),
            ["peak_mb"] = Process.GetCurrentProcess().PeakWorkingSet64 >> 20,
        };
    }

    private static NewItem Item(string id, Rng rng) => new(
        id, Modalities.ToDictionary(modality => modality.Name, modality => Enumerable.Range(0, modality.Dimensions).Select(_ => rng.NextGaussian()).ToArray()));

    /// <summary>Rows of a product of two thin random matrices, and some noise: a spectrum that falls, as features have.</summary>
    private static Matrix Features(int dimensions, Device device, Rng rng)
    {
        using Matrix left = Gaussian(Items, Directions, rng), right = Gaussian(Directions, dimensions, rng);
        var features = new Matrix(Items, dimensions);
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
