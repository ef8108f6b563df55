using System.CommandLine;
using System.Text.Json.Nodes;
using Microsoft.ML.OnnxRuntime;
using Tessera.Compute.Devices;
using Tessera.Data.EventLogs;
using Tessera.Encoders.Encodings;
using Tessera.Encoders.Onnx;

namespace Tessera.Benchmarks;

/// <summary>
/// Encodes made-up texts and pictures by the models in the process, from the items' table to the feature file with an empty cache, beside what
/// ONNX Runtime alone takes for the same batches, tokens and pixels being there already: by one call at a time on all threads, and by a call on each.
/// </summary>
internal static partial class EncodeCommand
{
    private const double ResNetFlops = 2 * 1.82e9;

    public static Command Create()
    {
        var texts = new Option<int>("--texts") { Description = "number of texts, of 20 to 200 tokens", DefaultValueFactory = _ => 1000 };
        var pictures = new Option<int>("--pictures") { Description = "number of JPEG files, of 300 x 450 pixels", DefaultValueFactory = _ => 300 };
        var rounds = new Option<int>("--rounds") { Description = "rounds to measure, after one to warm up", DefaultValueFactory = _ => 5 };
        var threads = new Option<int>("--threads") { Description = "threads; 0 for one per core" };
        var json = new Option<bool>("--json") { Description = "one JSON object on stdout" };
        var command = new Command("encode", "texts and pictures a second, beside ONNX Runtime alone") { texts, pictures, rounds, threads, json };
        command.SetAction(parsed =>
        {
            JsonObject result = Measure(parsed.GetValue(texts), parsed.GetValue(pictures), parsed.GetValue(rounds), parsed.GetValue(threads));
            Console.WriteLine(parsed.GetValue(json) ? result.ToJsonString() : string.Join('\n', result.Select(pair => $"{pair.Key,-24} {pair.Value}")));
        });
        return command;
    }

    private static JsonObject Measure(int texts, int pictures, int rounds, int threads)
    {
        string folder = Directory.CreateTempSubdirectory("tessera-encode-").FullName;
        try
        {
            using var device = new Device(threads);
            (double flops, double[] seconds) = GemmCommand.Rate(device, GemmCommand.Noise(7050, 4096));
            double rate = flops / GemmCommand.Median(seconds) / 1e9;
            var result = new JsonObject { ["cpu"] = Machine.Cpu, ["threads"] = device.Threads, ["gemm_gflops"] = Math.Round(rate, 1) };
            if (texts > 0) result["texts"] = MeasureTexts(Path.Combine(folder, "texts"), texts, rounds, device.Threads);
            if (pictures > 0) result["pictures"] = MeasurePictures(Path.Combine(folder, "pictures"), pictures, rounds, device.Threads);
            result["peak_rss_mb"] = Math.Round(Machine.PeakRssMb, 1);
            return result;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static JsonObject MeasureTexts(string folder, int count, int rounds, int threads)
    {
        string[] texts = MakeTexts(folder, count);
        using OnnxTextEncoder encoder = OnnxTextEncoder.MiniLm();
        (int Text, int[] Tokens)[][] batches = [.. encoder.Batches(texts)];
        using var bare = new BareModel<(int Text, int[] Tokens)[]>(PackagedWeights.ReadMiniLm("model.onnx"), threads, Inputs);
        double flops = batches.SelectMany(batch => batch).Average(text => MiniLmFlops(text.Tokens.Length));
        return Compare(batches, count, flops, rounds, bare, () => Encode(folder, EncoderChoice.Texts, threads));

        static Dictionary<string, OrtValue> Inputs((int Text, int[] Tokens)[] batch)
        {
            int width = batch[0].Tokens.Length;
            long[] shape = [batch.Length, width], ids = new long[batch.Length * width], mask = new long[ids.Length];
            for (int row = 0; row < batch.Length; row++)
            {
                for (int token = 0; token < batch[row].Tokens.Length; token++)
                    (ids[row * width + token], mask[row * width + token]) = (batch[row].Tokens[token], 1);
            }

            return new()
            {
                ["input_ids"] = OrtValue.CreateTensorValueFromMemory(ids, shape),
                ["attention_mask"] = OrtValue.CreateTensorValueFromMemory(mask, shape),
                ["token_type_ids"] = OrtValue.CreateTensorValueFromMemory(new long[ids.Length], shape),
            };
        }
    }

    private static JsonObject MeasurePictures(string folder, int count, int rounds, int threads)
    {
        MakePictures(folder, count);
        float[][] pixels = [.. Enumerable.Range(0, count).Select(_ => GemmCommand.Noise(3 * 224, 224).Span.ToArray())];
        using var bare = new BareModel<float[]>(File.ReadAllBytes(PackagedWeights.PathOf("ResNet18.onnx")), threads, Inputs);
        return Compare(pixels, count, ResNetFlops, rounds, bare, () => Encode(folder, EncoderChoice.Images, threads));

        static Dictionary<string, OrtValue> Inputs(float[] picture) => new() { ["Input247"] = OrtValue.CreateTensorValueFromMemory(picture, [1, 3, 224, 224]) };
    }

    /// <summary>Multiplications and additions of MiniLM's 6 layers of width 384 for a text of so many tokens.</summary>
    private static double MiniLmFlops(double tokens) => 6 * ((2 * (4 * 384 + 2 * 1536) * 384 * tokens) + (4 * 384 * tokens * tokens));

    /// <summary>What <c>tessera data encode --replace</c> does in a folder for one modality, but that nothing is in the cache.</summary>
    private static void Encode(string folder, string source, int threads)
    {
        ItemTable table = ItemTable.Open(folder);
        string cache = Path.Combine(folder, "cache.db");
        foreach (string file in Directory.GetFiles(folder, "cache.db*")) File.Delete(file);
        var options = new EncodingOptions
        {
            Models = [OnnxModels.MiniLm(threads), OnnxModels.ResNet18(threads)],
            Source = source,
            Replace = true,
            CacheFile = cache,
            Threads = threads,
        };
        EncodedModality made = new FeatureEncoding(table, EncoderChoice.Of(table, options).Single(), options).EncodeAsync().GetAwaiter().GetResult();
        if (made.Result.Encoded != table.Ids.Count) throw new InvalidOperationException($"{made.Result.Encoded} of {table.Ids.Count} items were encoded.");
    }

    private static JsonObject Compare<TBatch>(TBatch[] batches, int contents, double flops, int rounds, BareModel<TBatch> bare, Action pipeline)
    {
        (string Name, Action Work)[] sides =
            [("pipeline", pipeline), ("bare_one_call", () => bare.RunInTurn(batches)), ("bare_call_a_thread", () => bare.RunAtOnce(batches))];
        var seconds = sides.ToDictionary(side => side.Name, _ => new List<double>());
        var processor = sides.ToDictionary(side => side.Name, _ => new List<double>());
        for (int round = 0; round <= rounds; round++)
        {
            foreach ((string name, Action work) in sides)
            {
                TimeSpan before = Environment.CpuUsage.TotalTime;
                double taken = GemmCommand.Seconds(work);
                if (round == 0) continue;
                seconds[name].Add(taken);
                processor[name].Add((Environment.CpuUsage.TotalTime - before).TotalSeconds);
            }
        }

        double[] ratios = Ratios(seconds), processorRatios = Ratios(processor);
        var result = new JsonObject
        {
            ["ratio"] = Math.Round(GemmCommand.Median(ratios), 3),
            ["ratio_range"] = $"{ratios[0]:F3} to {ratios[^1]:F3}",
            ["processor_ratio"] = Math.Round(GemmCommand.Median(processorRatios), 3),
            ["processor_ratio_range"] = $"{processorRatios[0]:F3} to {processorRatios[^1]:F3}",
            ["gflop_each"] = Math.Round(flops / 1e9, 3),
            ["gflops"] = Math.Round(flops * contents / GemmCommand.Median(seconds["pipeline"]) / 1e9, 1),
        };
        foreach ((string name, _) in sides)
        {
            result[$"{name}_per_second"] = Math.Round(contents / GemmCommand.Median(seconds[name]), 1);
            result[$"{name}_processor_ms"] = Math.Round(1000 * GemmCommand.Median(processor[name]) / contents, 2);
        }

        return result;

        // The better of the two ways to call ONNX Runtime alone over the pipeline, round by round.
        double[] Ratios(Dictionary<string, List<double>> costs) =>
            [.. Enumerable.Range(0, rounds).Select(round => sides[1..].Min(side => costs[side.Name][round]) / costs["pipeline"][round]).Order()];
    }

    /// <summary>A model opened twice by ONNX Runtime with its own defaults: once for calls on all threads, once for calls on one.</summary>
    private sealed class BareModel<TBatch>(byte[] model, int threads, Func<TBatch, Dictionary<string, OrtValue>> inputs) : IDisposable
    {
        private readonly InferenceSession _wide = Open(model, threads), _narrow = Open(model, 1);

        public void RunInTurn(TBatch[] batches) => Array.ForEach(batches, batch => Run(_wide, batch));

        public void RunAtOnce(TBatch[] batches) => Parallel.ForEachAsync(batches, new ParallelOptions { MaxDegreeOfParallelism = threads }, (batch, _) =>
        {
            Run(_narrow, batch);
            return ValueTask.CompletedTask;
        }).GetAwaiter().GetResult();

        public void Dispose()
        {
            _wide.Dispose();
            _narrow.Dispose();
        }

        private static InferenceSession Open(byte[] model, int threads) => new(model, new SessionOptions { IntraOpNumThreads = threads });

        private void Run(InferenceSession session, TBatch batch)
        {
            Dictionary<string, OrtValue> values = inputs(batch);
            using var options = new RunOptions();
            session.Run(options, values, session.OutputNames).Dispose();
            foreach (OrtValue value in values.Values) value.Dispose();
        }
    }
}
