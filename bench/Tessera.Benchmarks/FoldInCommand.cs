using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Models;
using Tessera.Recommendation;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Live;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Runs;
using Tessera.Recommendation.Scoring;
using Tessera.Recommendation.Training;

namespace Tessera.Benchmarks;

/// <summary>
/// What users are worth whom training has not seen: a tenth of the users is held out whole, their training items (80 %) are folded in, and their test items
/// ranked, with validation masked, beside a model that was trained with these users.
/// </summary>
internal static class FoldInCommand
{
    private const double HeldOutShare = 0.1;

    public static Command Create()
    {
        var data = new Option<string>("--data") { Description = "name of the data set", DefaultValueFactory = _ => "lastfm" };
        var model = new Option<string>("--model") { Description = "the model", DefaultValueFactory = _ => "lightgcn" };
        var set = new Option<string>("--set") { Description = "its options as JSON", DefaultValueFactory = _ => "{}" };
        var modalities = new Option<string>("--modalities") { Description = "modalities", DefaultValueFactory = _ => "audio,text" };
        var seed = new Option<int>("--seed") { Description = "seed of training and of the choice of users", DefaultValueFactory = _ => 1 };
        var command = new Command("fold-in", "Recall@20 of users folded in, against a model trained with them") { data, model, set, modalities, seed };
        command.SetAction(parsed =>
        {
            Dataset all = DatasetReader.Read(Checkout.Data(parsed.GetValue(data)!)).WithModalities(parsed.GetValue(modalities)!.Split(','));
            var settings = (JsonObject)JsonNode.Parse(parsed.GetValue(set)!)!;
            int seedValue = parsed.GetValue(seed);
            Console.WriteLine(Measure(all, ModelCatalog.Of(typeof(LirdRec).Assembly), parsed.GetValue(model)!, settings, seedValue).ToJsonString());
        });
        return command;
    }

    private static JsonObject Measure(Dataset all, ModelCatalog models, string model, JsonObject settings, int seed)
    {
        Rng rng = new Rng((ulong)seed).Stream("held-out users");
        int[] heldOut = [.. Enumerable.Range(0, all.Users).Where(_ => rng.NextDouble() < HeldOutShare)];
        HashSet<int> unknown = [.. heldOut];
        Dataset others = all.WithSplits(Without(all.Train), Without(all.Validation), Without(all.Test));
        string with = Train(all, "with"), without = Train(others, "without");
        using var device = new Device();
        var tested = new HeldOut("test", Interactions.FromPairs(all.Users, all.Items, all.Test.Pairs().Where(pair => unknown.Contains(pair.User))), all.Validation);
        using TrainedRun trained = TrainedRun.Open(with), strangers = TrainedRun.Open(without);
        using LiveRecommender live = LiveRecommender.Open(without, models);
        using Matrix users = strangers.Embeddings.Users.Clone();
        foreach (int user in heldOut)
        {
            if (all.Train.ItemsOf(user).IsEmpty) continue;
            live.FoldIn(all.Train.ItemsOf(user).ToArray().Select(strangers.ItemId)).CopyTo(users.Row(user));
        }

        using var folded = new Embeddings(users, strangers.Embeddings.Items.Clone());
        int[] counts = others.Train.ItemCounts();
        var popularity = new ItemWeights(new CsrMatrix(counts.Length, counts.Length, new int[counts.Length + 1], [], []), Array.ConvertAll(counts, count => (float)count));
        using var popular = new ItemWeightsScorer(popularity, others.Train.ItemsOf);
        return new JsonObject
        {
            ["model"] = model,
            ["settings"] = settings.DeepClone(),
            ["seed"] = seed,
            ["heldOutUsers"] = heldOut.Length,
            ["trainedWith"] = Recall(new DotProductScorer(trained.Embeddings)),
            ["foldedIn"] = Recall(new DotProductScorer(folded)),
            ["popularity"] = Recall(popular),
        };

        Interactions Without(Interactions split) => Interactions.FromPairs(all.Users, all.Items, split.Pairs().Where(pair => !unknown.Contains(pair.User)));

        double Recall(IScorer scorer) => Math.Round(
            new Evaluator(device, all.Train).Evaluate(scorer, [tested])[0].Metrics.Single(metric => metric.Key.ToString() == "Recall@20").Value, 4);

        string Train(Dataset data, string name)
        {
            ModelDescription description = models.Find(model);
            var directory = new RunDirectory(Path.Combine(Checkout.Root, "runs", "fold-in", $"{all.Name}-{model}-{seed}-{Tessera.Data.Storage.Checksums.OfText(settings.ToJsonString())[..8]}-{name}"));
            if (directory.IsFinished) return directory.Path;
            using var one = new Device(threads: 1);
            var run = new TrainingRun(
                data, description, OptionsBinder.Bind(description.OptionsType, settings, typeof(TrainingOptions)),
                OptionsBinder.Bind<TrainingOptions>(settings, description.OptionsType) with { CheckpointEvery = 20 }, (ulong)seed, Protocol.Strict);
            RunResult result = run.Execute(directory.Path, one, resume: directory.HoldsRun);
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: best epoch {result.BestEpoch} of {result.Epochs}"));
            return directory.Path;
        }
    }
}
