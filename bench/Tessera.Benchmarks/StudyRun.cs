using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Tessera.Compute.Devices;
using Tessera.Data;
using Tessera.Models;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Runs;
using Tessera.Recommendation.Scoring;
using Tessera.Recommendation.Training;
using Tessera.Studies.Tuning;

namespace Tessera.Benchmarks;

/// <summary>
/// One training of a study: a setting and a seed. Its run is kept in <c>runs/quality</c>, so that an interrupted command continues
/// and a repeated one trains only what is new.
/// </summary>
internal sealed class StudyRun(Study study, JsonObject settings, int seed)
{
    private static readonly ModelCatalog Models = ModelCatalog.Of(typeof(LirdRec).Assembly);

    public static string Folder { get; } = Path.Combine(Checkout.Root, "runs", "quality");

    public JsonObject Settings => settings;

    private RunDirectory Files => new(Path.Combine(Folder, $"{study.Data}-{string.Join('-', study.Modalities.Append(study.Model))}-{Key}-{seed}"));

    private string Key => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(settings.ToJsonString())))[..8];

    public int BestEpoch => (int)Metrics["bestEpoch"]!;

    /// <summary>Validation Recall@20 of the best epoch.</summary>
    public double Validation => (double)Metrics["validation"]!["metrics"]!["Recall@20"]!;

    private JsonNode Metrics => JsonNode.Parse(File.ReadAllText(Files.MetricsFile))!;

    /// <summary>Trains, or continues, unless it is done; on one thread, as results do not depend on their number.</summary>
    public void Train(Dataset all)
    {
        if (File.Exists(Files.MetricsFile)) return;
        ModelDescription model = Models.Find(study.Model);
        TrainingOptions training = OptionsBinder.Bind<TrainingOptions>(settings, model.OptionsType) with { CheckpointEvery = 10 };
        object options = OptionsBinder.Bind(model.OptionsType, settings, typeof(TrainingOptions));
        using var device = new Device(threads: 1);
        var run = new TrainingRun(all.WithModalities(study.Modalities), model, options, training, (ulong)seed, Protocol.Strict);
        run.Execute(Files.Path, device, resume: Files.HoldsRun);
        Console.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{study.Name} ({SuccessiveHalving.Describe(settings)}) seed {seed}: best epoch {BestEpoch} of {Metrics["epochs"]}, validation R@20 {Validation:F4}"));
    }

    /// <summary>Test metrics, one a measurement.</summary>
    public IReadOnlyList<EvaluationResult> Test(StudyData data)
    {
        using var device = new Device();
        using TrainedRun run = TrainedRun.Open(Files.Path);
        using IScorer scorer = run.Scorer();
        return new Evaluator(device, data.Dataset.Train).Evaluate(scorer, data.Tests);
    }
}
