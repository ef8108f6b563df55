using System.CommandLine;
using System.Globalization;
using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Metrics;
using Tessera.Recommendation.Runs;
using Tessera.Recommendation.Scoring;

namespace Tessera.Benchmarks;

/// <summary>
/// Measures item-based scores alone and as the residual of finished runs, whose weight is chosen on validation: what <c>behavior</c> would have given
/// these runs. Prints a table; the runs stay as they are.
/// </summary>
internal static class BehaviorCommand
{
    private static readonly MetricName Recall = MetricName.Parse("Recall@20");

    public static Command Create()
    {
        var data = new Option<string>("--data") { Description = "name of the data set, or its folder", Required = true };
        var runs = new Option<string[]>("--run") { Description = "a finished run on it, trained without behavior; may be given often" };
        var regularizations = new Option<float[]>("--regularization") { Description = "EASE's λ; may be given often", DefaultValueFactory = _ => [EaseWeights.Regularization] };
        var neighbors = new Option<int[]>("--neighbors") { Description = "weights kept of each item; may be given often", DefaultValueFactory = _ => [EaseWeights.Neighbors] };
        var command = new Command("behavior", "Recall@20 (mmrec) of item-based scores, alone and beside those of finished runs") { data, runs, regularizations, neighbors };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(data), parsed.GetValue(runs) ?? [], parsed.GetRequiredValue(regularizations), parsed.GetRequiredValue(neighbors)));
        return command;
    }

    private static void Run(string name, string[] runs, float[] regularizations, int[] neighbors)
    {
        Dataset data = DatasetReader.Read(Directory.Exists(name) ? name : Checkout.Data(name));
        using var device = new Device();
        var evaluator = new Evaluator(device, data.Train);
        HeldOut[] splits = [HeldOut.Monitored(data.Train, data.Validation), HeldOut.Test(data, Protocol.Mmrec)];
        int[] counts = data.Train.ItemCounts();
        List<(string Name, ItemWeights Weights)> behaviors = [];
        foreach (int k in neighbors)
        {
            foreach (float regularization in regularizations)
                Add(string.Create(CultureInfo.InvariantCulture, $"EASE, λ {regularization}, k {k}"), EaseWeights.Of(data.Train, regularization, k, device, CancellationToken.None));
            Add($"ItemKNN, k {k}", ItemKnnWeights.Of(data.Train, k, ItemKnnWeights.Shrinkage, device, CancellationToken.None));
        }

        Console.WriteLine("| scores | behaviorWeight | validation | test |");
        Console.WriteLine("|---|---|---|---|");
        foreach ((string behavior, ItemWeights weights) in behaviors)
        {
            using var alone = new ItemWeightsScorer(weights, data.Train.ItemsOf);
            Print(behavior, "", Measure(alone));
        }

        foreach (string folder in runs)
        {
            using TrainedRun run = TrainedRun.Open(folder);
            using IScorer own = run.Scorer();
            Print(Path.GetFileName(folder), "0", Measure(own));
            foreach ((string behavior, ItemWeights weights) in behaviors)
            {
                var residual = new BehaviorResidual(weights, counts, data.Train.ItemsOf);
                (float weight, (double, double) result) = BehaviorResidual.Weights
                    .Select(weight => (weight, Measure(new ResidualScorer(own, residual, weight)))).MaxBy(one => one.Item2.Validation);
                Print($"… and {behavior}", weight.ToString(CultureInfo.InvariantCulture), result);
            }
        }

        void Add(string label, CsrMatrix weights) => behaviors.Add((label, new ItemWeights(weights)));

        (double Validation, double Test) Measure(IScorer scorer)
        {
            IReadOnlyList<EvaluationResult> results = evaluator.Evaluate(scorer, splits);
            return (results[0][Recall], results[1][Recall]);
        }
    }

    private static void Print(string scores, string weight, (double Validation, double Test) result) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {scores} | {weight} | {result.Validation:F4} | {result.Test:F4} |"));
}
