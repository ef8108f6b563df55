using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Tessera.Cli.Demo;
using Tessera.Cli.Output;
using Tessera.Cli.Serving;
using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Data.Storage;
using Tessera.Models;
using Tessera.Recommendation;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Graphs;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Runs;
using Tessera.Recommendation.Scoring;
using Tessera.Recommendation.Training;

namespace Tessera.Cli.Commands;

/// <summary><c>tessera demo</c></summary>
internal sealed class DemoCommand : TesseraCommand
{
    private const string DefaultFolder = "runs/demo";

    /// <summary>Named settings, for few epochs: it is small data.</summary>
    private static readonly Preset Settings = Preset.Find("lirdrec-cosine");
    private static readonly JsonObject Brief = new() { ["epochs"] = 60, ["patience"] = 10, ["checkpointEvery"] = 10 };

    private readonly ModelCatalog _models;
    private readonly Option<string?> _out = Flags.OptionalText("--out", "RUN", $"folder for the run, new or empty; default: {DefaultFolder}, or {DefaultFolder}-2 and so on if that exists");
    private readonly Option<bool> _resume = new("--resume") { Description = "continue the demonstration in --out, or the last, where it was interrupted" };
    private readonly Option<bool> _serve = new("--serve") { Description = "serve the run when it is done; one that is done already is served at once" };
    private readonly Option<string?> _urls = ServeCommand.Urls(" with --serve");
    private readonly Option<ulong> _seed = Flags.Seed();
    private readonly Option<int> _threads = Flags.Threads();

    public DemoCommand(ModelCatalog models, CliEnvironment environment, CancellationToken cancellationToken)
        : base("demo", "Make up a data set with images and texts, train LIRDRec on it, measure it and recommend.", environment, cancellationToken)
    {
        _models = models;
        Take(_out, _resume, _serve, _urls, _seed, _threads);
    }

    protected override void Execute(ParseResult parsed, Session session)
    {
        bool serve = parsed.GetValue(_serve);
        string? urls = parsed.GetValue(_urls);
        if (urls is not null && !serve) throw new InvalidInputException("--urls has no meaning without --serve; expected both, or none.");
        string folder = parsed.GetValue(_out) ?? DefaultFolder;
        if (!serve || !new RunDirectory(folder).IsFinished) folder = Demonstrate(parsed, session, serve);
        if (serve) ServeCommand.Serve(new ServeSettings(folder, urls ?? ServeSettings.DefaultUrls), session);
    }

    /// <returns>The folder of the run.</returns>
    private string Demonstrate(ParseResult parsed, Session session, bool serve)
    {
        long start = Stopwatch.GetTimestamp();
        ulong seed = parsed.GetValue(_seed);
        bool resume = parsed.GetValue(_resume);
        var directory = new RunDirectory(parsed.GetValue(_out) ?? (resume ? LastBegun() : FirstFree()));
        string again = $"tessera demo --out {NextSteps.Argument(directory.Path)} --seed {seed} --resume{(serve ? " --serve" : "")}";
        if (!resume && directory is { HoldsRun: true, IsFinished: false })
            throw new InvalidInputException($"The demonstration in '{directory.Path}' is not finished; continue it with '{again}', or choose another folder.");
        directory.Check(config: null, resume ? RunStart.Resume : RunStart.New);
        string dataset = directory.DatasetFolder;
        using AtomicFolder? making = Directory.Exists(dataset) ? null : new AtomicFolder(dataset);
        if (making is not null) making.Guarded(() => DemoShop.Write(making.Path, seed, parsed.GetValue(_threads), session.Cancellation));
        Dataset data = DatasetReader.Read(making?.Path ?? dataset, session.Cancellation);
        var settings = new JsonObject(Settings.Settings.Concat(Brief).Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone())));
        var model = OptionsBinder.Bind<LirdRecOptions>(settings, typeof(TrainingOptions));
        var training = OptionsBinder.Bind<TrainingOptions>(settings, typeof(LirdRecOptions));
        var run = new TrainingRun(data, _models.Find(Settings.Model), model, training, seed, Protocol.Strict, session.Logger);
        directory.Check(run.Config, resume ? RunStart.Resume : RunStart.New);
        session.PrintText(console => DemoOutput.PrintData(console, data));

        using var device = new Device(parsed.GetValue(_threads));
        RunResult result = TrainCommand.Train(run, directory, device, resume, session, again);
        making?.Complete();
        using TrainedRun trained = TrainedRun.Open(directory.Path);
        var demo = new DemoOutput(directory.Path, dataset, Settings.Name, data, result, Beside(result.Test, data, device, seed), trained, Stopwatch.GetElapsedTime(start));
        if (serve) session.PrintText(demo.Print);
        else session.Print(demo.ToJson, demo.Print);
        return directory.Path;
    }

    private static (string, EvaluationResult)[] Beside(EvaluationResult own, Dataset data, Device device, ulong seed)
    {
        var evaluator = new Evaluator(device, data.Train);
        var rng = new Rng(seed);
        var model = new Popularity(new RecommenderInputs(data.Train, [], rng, new NeighborGraphs(device)), new PopularityOptions());
        using var popularity = new ItemWeightsScorer(new ItemWeights(model.ComputeWeights(device), model.Bias), data.Train.ItemsOf);
        using Embeddings vectors = RandomScores.Embeddings(data.Users, data.Items, rng.Stream("random baseline"));
        using var random = new DotProductScorer(vectors);
        return [("LIRDRec", own), ("popularity", Measure(popularity)), ("random", Measure(random))];

        EvaluationResult Measure(IScorer scorer) => evaluator.Evaluate(scorer, [HeldOut.Test(data, Protocol.Strict)])[0];
    }

    /// <summary>The last of the usual folders, which an interrupted demonstration has left.</summary>
    private static string LastBegun()
    {
        string last = DefaultFolder;
        for (int number = 2; Path.Exists($"{DefaultFolder}-{number}"); number++) last = $"{DefaultFolder}-{number}";
        return last;
    }

    private static string FirstFree()
    {
        string folder = DefaultFolder;
        for (int number = 2; Path.Exists(folder); number++) folder = $"{DefaultFolder}-{number}";
        return folder;
    }
}
