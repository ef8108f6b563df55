using System.CommandLine;
using System.Globalization;
using Tessera.Compute.Devices;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Metrics;
using Tessera.Recommendation.Runs;
using Tessera.Recommendation.Scoring;

namespace Tessera.Benchmarks;

internal static class BehaviorCommand
{
    private static readonly MetricName Recall = MetricName.Parse("Recall@20");

    public static Command Create()
    {
        var data = new Option<string>("--data") { Required = true };
        var runs = new Option<string[]>("--run") { AllowMultipleArgumentsPerToken = true };
        var lambdas = new Option<float[]>("--lambda") { AllowMultipleArgumentsPerToken = true };
        var ks = new Option<int[]>("--k") { AllowMultipleArgumentsPerToken = true };
        var hs = new Option<float[]>("--h") { AllowMultipleArgumentsPerToken = true };
        var command = new Command("behavior", "x") { data, runs, lambdas, ks, hs };
        command.SetAction(parsed => Run(parsed.GetValue(data)!, parsed.GetValue(runs) ?? [], parsed.GetValue(lambdas) ?? [], parsed.GetValue(ks) ?? [], parsed.GetValue(hs) ?? []));
        return command;
    }

    private static void Run(string name, string[] runs, float[] lambdas, int[] ks, float[] hs)
    {
        Dataset data = DatasetReader.Read(Directory.Exists(name) ? name : Checkout.Data(name));
        using var device = new Device(2);
        var evaluator = new Evaluator(device, data.Train);
        HeldOut[] splits = [HeldOut.Validation(data), HeldOut.Test(data, Protocol.Mmrec)];
        List<(string, ItemWeights)> all = [];
        foreach (float lambda in lambdas)
            foreach (int k in ks) all.Add(($"ease {lambda} {k}", EaseWeights.Of(data.Train, lambda, k, device, default)));
        foreach (float h in hs)
            foreach (int k in ks) all.Add(($"knn {h} {k}", ItemKnnWeights.Of(data.Train, k, h, device, default)));
        int[] counts = data.Train.ItemCounts();
        foreach ((string label, ItemWeights weights) in all)
        {
            using var alone = new ItemWeightsScorer(weights, user => data.Train.ItemsOf(user));
            Show(label, alone);
        }

        foreach (string run in runs)
        {
            using TrainedRun trained = TrainedRun.Open(run);
            using IScorer own = trained.Scorer();
            Show(run, own);
            foreach ((string label, ItemWeights weights) in all)
            {
                foreach (float w in new[] { .05f, .1f, .2f, .4f, .6f, .8f, 1f, 1.5f, 2f })
                    Show($"{label} + {w}", new ResidualScorer(own, new BehaviorResidual(weights, counts, user => data.Train.ItemsOf(user)), w));
            }
        }

        void Show(string label, IScorer scorer)
        {
            IReadOnlyList<EvaluationResult> r = evaluator.Evaluate(scorer, splits);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{label}: validation {r[0][Recall]:F4} test {r[1][Recall]:F4}"));
        }
    }
}
