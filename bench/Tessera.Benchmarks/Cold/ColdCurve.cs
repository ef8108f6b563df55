using System.Text.Json;
using System.Text.Json.Nodes;
using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Models;
using Tessera.Recommendation;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Graphs;
using Tessera.Recommendation.Metrics;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Training;

namespace Tessera.Benchmarks.Cold;

/// <summary>
/// LIRDRec on the cold items of MovieLens, epoch by epoch: Recall@20 among the cold items of validation, and of test, as bench/results/cold-curves.json
/// keeps it. What a rule that chooses epochs by the first would have got of the second follows from it.
/// </summary>
internal sealed record ColdCurve(string Modality, string LearningRate, int Seed, double[] Validation, double[] ValidationNdcg, double[] Test)
{
    private const int Epochs = 60;
    private static readonly MetricName Recall = new(Metric.Recall, 20), Gain = new(Metric.Ndcg, 20);
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private static string Path { get; } = System.IO.Path.Combine(Checkout.Root, "bench", "results", "cold-curves.json");

    public static ColdCurve[] ReadAll() => File.Exists(Path) ? JsonSerializer.Deserialize<ColdCurve[]>(File.ReadAllText(Path), Json)! : [];

    public void Write() => AtomicFile.WriteText(
        Path, "[\n" + string.Join(",\n", ReadAll().Append(this).Select(curve => JsonSerializer.Serialize(curve, Json))) + "\n]\n");

    public static ColdCurve Train(string modality, string learningRate, int seed)
    {
        Dataset data = StudyData.Read(MovieLens.Cold).Dataset.WithModalities([modality]);
        JsonObject settings = JsonNode.Parse($$"""{ "learningRate": {{learningRate}}, "regularization": 1e-2 }""")!.AsObject();
        ModelDescription description = ModelCatalog.Of(typeof(LirdRec).Assembly).Find("lirdrec");
        TrainingOptions training = OptionsBinder.Bind<TrainingOptions>(settings, description.OptionsType) with { Epochs = Epochs, EvaluateEvery = Epochs };
        using var device = new Device(threads: 1);
        var rng = new Rng((ulong)seed);
        using Recommender model = description.Create(
            new RecommenderInputs(data.Train, data.Modalities, rng.Stream("model"), new NeighborGraphs(device)), OptionsBinder.Bind(description.OptionsType, settings, typeof(TrainingOptions)));
        using var trainer = new Trainer(model, data.Train, data.Validation, device, rng.Stream("training"), training);
        var evaluator = new Evaluator(device, data.Train, [Recall, Gain]);
        HeldOut[] splits = [HeldOut.Monitored(data.Train, data.Validation), HeldOut.TestAmongCold(data)!];
        List<EvaluationResult> validation = [], test = [];
        trainer.Run(progress: new EachEpoch(_ =>
        {
            using Embeddings vectors = trainer.ComputeEmbeddings();
            IReadOnlyList<EvaluationResult> results = evaluator.Evaluate(vectors, splits);
            validation.Add(results[0]);
            test.Add(results[1]);
        }));
        return new ColdCurve(modality, learningRate, seed, Values(validation, Recall), Values(validation, Gain), Values(test, Recall));
    }

    private static double[] Values(List<EvaluationResult> results, MetricName metric) => [.. results.Select(result => Math.Round(result[metric], 4))];
}
