using Tessera.Compute.Devices;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Models;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Metrics;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Runs;
using Tessera.Recommendation.Training;

namespace Tessera.Docs.Tests;

/// <summary>The README's C#, line by line: <see cref="ReadmeTests"/> holds the two to each other.</summary>
internal static class ReadmeExample
{
    public static void Run(string dataset, string folder)
    {
        Dataset data = DatasetReader.Read(dataset);
        ModelDescription model = ModelCatalog.Of(typeof(LirdRec).Assembly).Find("lirdrec");
        var options = new LirdRecOptions { EmbeddingSize = 64 };
        var training = new TrainingOptions { LearningRate = 1e-3f, Epochs = 20 };
        var run = new TrainingRun(data, model, options, training, seed: 1, Protocol.Strict);
        using var device = new Device();
        RunResult result = run.Execute(folder, device);
        Console.WriteLine($"Recall@20 on test: {result.Test[new MetricName(Metric.Recall, 20)]:F4}");

        using TrainedRun trained = TrainedRun.Open(folder);
        foreach (RankedItem item in trained.Recommend(trained.FindUser("0"), count: 5))
            Console.WriteLine($"item {item.Id}: {item.Score:F3}");
    }
}
