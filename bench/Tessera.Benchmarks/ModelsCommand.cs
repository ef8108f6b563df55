using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Models;
using Tessera.Recommendation.Graphs;
using Tessera.Recommendation.Losses;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Sampling;
using Tessera.Recommendation.Training;

namespace Tessera.Benchmarks;

/// <summary>
/// Seconds of a training epoch of each model, beside what its products must take at the rates measured in the same run, and what
/// Adam must take to read and write its state at the copy bandwidth measured in the same run.
/// </summary>
internal static class ModelsCommand
{
    private const int BatchSize = 2048, AdamBytes = 28; // value, gradient and two moments read, all but the gradient written
    private const double MinSeconds = 1.5;

    public static Command Create()
    {
        var shape = new Option<string>("--shape") { Description = $"size of the problem: {Shape.Names}", DefaultValueFactory = _ => "baby" };
        var model = new Option<string?>("--model") { Description = "one model; unset: all" };
        var steps = new Option<int>("--steps")
        {
            Description = "least steps to measure after the first of an epoch, more until 1.5 s or the epoch are over; 0 for that first step alone, cold, to see its memory",
            DefaultValueFactory = _ => 12,
        };
        var losses = new Option<string[]>("--loss")
        {
            Description = "ranking losses to train each model by, one after the other",
            DefaultValueFactory = _ => ["bpr"],
            AllowMultipleArgumentsPerToken = true,
        };
        var negatives = new Option<int?>("--negatives") { Description = "training items drawn for a batch by softmax and cosine; unset: all" };
        var processorTime = new Option<bool>("--processor-time") { Description = "processor time of one thread in place of seconds, which other programs disturb less" };
        var json = new Option<bool>("--json") { Description = "one JSON object on stdout" };
        var command = new Command("models", "seconds of a training epoch of each model, beside its floor") { shape, model, steps, losses, negatives, processorTime, json };
        command.SetAction(parsed =>
        {
            RankingLoss[] chosen = [.. parsed.GetValue(losses)!.Select(name => KebabCase.Parse<RankingLoss>("loss", name))];
            JsonObject result = Measure(parsed.GetValue(shape)!, parsed.GetValue(model), parsed.GetValue(steps), chosen, parsed.GetValue(negatives), parsed.GetValue(processorTime));
            Console.WriteLine(parsed.GetValue(json) ? result.ToJsonString() : Table(result));
        });
        return command;
    }

    public static JsonObject Measure(string shape, string? only, int steps, IReadOnlyList<RankingLoss>? losses = null, int? negatives = null, bool processorTime = false)
    {
        (Dataset data, string source) = Shape.Load(shape);
        ModelCatalog catalog = ModelCatalog.Of(typeof(LirdRec).Assembly);
        ModelDescription[] models = only is null ? [.. catalog.Models.Where(model => !model.IsItemBased)] : [catalog.Find(only)];
        using var device = new Device(processorTime ? 1 : 0);
        Func<Action, double> clock = processorTime ? GemmCommand.ProcessorSeconds : GemmCommand.Seconds;
        var graphs = new NeighborGraphs(device, Directory.CreateDirectory(Path.Combine(Checkout.Root, "runs", "graphs")).FullName);
        var rows = new JsonArray();
        foreach (ModelDescription model in models)
        {
            foreach (RankingLoss loss in losses ?? [RankingLoss.Bpr])
            {
                int? drawn = loss is RankingLoss.Softmax or RankingLoss.Cosine ? negatives : null;
                rows.Add(Measure(model, data, device, graphs, steps, new TrainingOptions { BatchSize = BatchSize, Loss = loss, Negatives = drawn }, clock));
            }
        }

        return new JsonObject
        {
            ["cpu"] = Machine.Cpu,
            ["threads"] = device.Threads,
            ["shape"] = shape,
            ["data"] = source,
            ["models"] = rows,
            ["peak_rss_mb"] = Math.Round(Machine.PeakRssMb, 1),
        };
    }

    public static string Table(JsonObject result)
    {
        var text = new StringBuilder();
        JsonNode first = result["models"]![0]!;
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"Measured by `dotnet run -c Release --project bench/Tessera.Benchmarks -- models --shape {result["shape"]}` on {result["cpu"]}, {result["threads"]} threads:");
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"{result["data"]}; {first["steps_per_epoch"]} steps of 2,048 triples an epoch; peak resident memory {result["peak_rss_mb"]} MB.");
        text.AppendLine();
        text.AppendLine("| model | epoch, s | first step, s | step, s | dense Gflop | sparse Gflop | products alone, s | Adam alone, s | epoch / (2 x products + Adam) |");
        text.AppendLine("|---|---|---|---|---|---|---|---|---|");
        foreach (JsonNode? row in result["models"]!.AsArray())
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {row!["model"]} | {row["epoch_seconds"]} | {row["first_step_seconds"]} | {row["step_seconds"]} | {row["dense_gflop"]} | {row["sparse_gflop"]} | {row["products_seconds"]} | {row["adam_seconds"]} | {row["ratio"]} |");
        }

        return text.ToString();
    }

    private static JsonObject Measure(ModelDescription description, Dataset data, Device device, NeighborGraphs graphs, int steps, TrainingOptions training, Func<Action, double> clock)
    {
        Rates before = Rates.Of(device, data, clock);
        var rng = new Rng(1);
        var inputs = new RecommenderInputs(data.Train, data.Modalities, rng.Stream("model"), graphs);
        using Recommender model = description.Create(inputs, Activator.CreateInstance(description.OptionsType)!);
        using var trainer = new Trainer(model, data.Train, data.Validation, device, rng.Stream("training"), training);
        var sampler = new BprSampler(data.Train, BatchSize, rng.Stream("sampling"));
        var batch = new Batch(BatchSize);
        int epoch = 0;
        if (steps > 0)
        {
            BeginEpoch();
            Step(); // as in training, where only the first of many epochs is cold
        }

        (double firstSeconds, double firstDense, double firstSparse) = Timed(() =>
        {
            BeginEpoch();
            Step();
        });
        int done = 0;
        (double seconds, double dense, double sparse) = Timed(() =>
        {
            long start = System.Diagnostics.Stopwatch.GetTimestamp();
            for (; done < steps || (steps > 0 && done < sampler.Batches && System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds < MinSeconds); done++) Step();
        });

        Rates rates = Rates.Mean(before, Rates.Of(device, data, clock));
        int others = sampler.Batches - 1;
        if (steps == 0) (seconds, dense, sparse, done) = (firstSeconds, firstDense, firstSparse, 1);
        double epochSeconds = firstSeconds + (others * seconds / done);
        double denseFlops = firstDense + (others * dense / done), sparseFlops = firstSparse + (others * sparse / done);
        double products = (denseFlops / rates.Dense) + (sparseFlops / rates.Sparse);
        double adam = model.Parameters.Sum(p => (double)p.Value.Length) * AdamBytes * sampler.Batches / rates.Copy;
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{description.Title}: {epochSeconds:F2} s, products {products:F2} s, Adam {adam:F2} s"));
        return new JsonObject
        {
            ["model"] = description.Title + (training.Loss == RankingLoss.Bpr ? "" : $", loss={KebabCase.Of(training.Loss)}"),
            ["epoch_seconds"] = Math.Round(epochSeconds, 3),
            ["first_step_seconds"] = Math.Round(firstSeconds, 4),
            ["step_seconds"] = Math.Round(seconds / done, 4),
            ["steps_per_epoch"] = sampler.Batches,
            ["steps_measured"] = done,
            ["dense_gflop"] = Math.Round(denseFlops / 1e9, 2),
            ["sparse_gflop"] = Math.Round(sparseFlops / 1e9, 2),
            ["dense_gflops"] = Math.Round(rates.Dense / 1e9, 1),
            ["sparse_gflops"] = Math.Round(rates.Sparse / 1e9, 1),
            ["copy_gbytes"] = Math.Round(rates.Copy / 1e9, 1),
            ["products_seconds"] = Math.Round(products, 3),
            ["adam_seconds"] = Math.Round(adam, 3),
            ["ratio"] = Math.Round(epochSeconds / ((2 * products) + adam), 2),
        };

        void BeginEpoch()
        {
            model.BeginEpoch(++epoch);
            sampler.BeginEpoch();
        }

        void Step()
        {
            if (!sampler.Next(batch))
            {
                sampler.BeginEpoch();
                sampler.Next(batch);
            }

            trainer.Step(batch);
        }

        (double Seconds, double Dense, double Sparse) Timed(Action work)
        {
            long denseBefore = device.DenseFlops, sparseBefore = device.SparseFlops;
            double elapsed = clock(work);
            return (elapsed, device.DenseFlops - denseBefore, device.SparseFlops - sparseBefore);
        }
    }

    /// <summary>What the machine reaches: flops a second of a large dense product and of a product with the user-item graph, bytes a second of a copy.</summary>
    private readonly record struct Rates(double Dense, double Sparse, double Copy)
    {
        public static Rates Mean(Rates a, Rates b) => new((a.Dense + b.Dense) / 2, (a.Sparse + b.Sparse) / 2, (a.Copy + b.Copy) / 2);

        public static Rates Of(Device device, Dataset data, Func<Action, double> clock)
        {
            (double flops, double[] seconds) = GemmCommand.Rate(device, data.Modalities[0].Features, clock);
            CsrMatrix graph = BipartiteGraph.Normalized(data.Train);
            using Matrix x = GemmCommand.Noise(graph.Columns, 64), y = new(graph.Rows, 64);
            double sparse = GemmCommand.Median(Enumerable.Range(0, 9).Select(_ => clock(() => device.SparseMatMul(graph, x, null, y))));
            using Matrix from = GemmCommand.Noise(1 << 14, 1 << 11), to = new(1 << 14, 1 << 11);
            double copy = GemmCommand.Median(Enumerable.Range(0, 5).Select(_ => clock(() => device.CopyBlock(from, 0, 0, to, 0, 0, from.Rows, from.Columns))));
            return new(flops / GemmCommand.Median(seconds), 2.0 * graph.Count * 64 / sparse, 2.0 * sizeof(float) * from.Length / copy);
        }
    }
}
