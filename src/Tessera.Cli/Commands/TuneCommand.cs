using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;
using Tessera.Cli.Output;
using Tessera.Compute.Devices;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Metrics;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Recommenders;
using Tessera.Studies.Tuning;

namespace Tessera.Cli.Commands;

/// <summary><c>tessera tune</c></summary>
internal sealed class TuneCommand : TesseraCommand
{
    private const string DefaultGrid = "default";
    private static readonly MetricName Recall = new(Metric.Recall, 20), Ndcg = new(Metric.Ndcg, 20);
    private readonly ModelCatalog _models;
    private readonly Option<string> _model = Flags.Text("--model", "NAME", "what to tune; 'tessera models' lists the models and their options");
    private readonly Option<string> _data = Flags.Data();
    private readonly Option<string> _out = Flags.Text("--out", "TUNING", "folder for the trials and what is chosen; the search goes on there");
    private readonly Option<string> _grid = new("--grid")
    {
        Description = "values to choose from, a JSON object with a list for each option; 'default' for those of the model's paper, learning rates and scalings of features",
        HelpName = "FILE.json|default",
        DefaultValueFactory = _ => DefaultGrid,
    };

    private readonly Option<string[]> _set = new("--set") { Description = "an option that is the same in all trials; may be repeated", HelpName = "key=value" };
    private readonly Option<string?> _modalities = Flags.OptionalText("--modalities", "NAME,NAME", "modalities to learn from; default: all");
    private readonly Option<TimeSpan?> _budget = Flags.Duration("--budget", "processor time for the search, of all its trials together; what has begun is completed; default: 30m");
    private readonly Option<string?> _protocol = Flags.Protocol("strict");
    private readonly Option<int> _threads = Flags.Number("--threads", $"trials trained at a time, each on one thread; {Device.MaxThreads} at most, 0 for one per core", minimum: 0, otherwise: 0, maximum: Device.MaxThreads);

    public TuneCommand(ModelCatalog models, CliEnvironment environment, CancellationToken cancellationToken)
        : base("tune", "Choose a model's settings on validation, by random search with successive halving.", environment, cancellationToken)
    {
        _models = models;
        Take(_model, _data, _out, _grid, _set, _modalities, _budget, _protocol, _threads);
    }

    protected override void Execute(ParseResult parsed, Session session)
    {
        ModelDescription model = _models.Find(parsed.GetRequiredValue(_model));
        Dataset data = session.ReadData(parsed.GetRequiredValue(_data));
        if (Modalities(parsed) is { } names) data = data.WithModalities(names);
        string folder = parsed.GetRequiredValue(_out), grid = parsed.GetRequiredValue(_grid);
        SearchSpace space = grid == DefaultGrid ? PublishedSpaces.Of(model, [.. data.Modalities.Select(modality => modality.Name)]) : SearchSpace.Read(grid, model);
        JsonObject same = SearchSpace.Typed(model, OptionsBinder.ParseAssignments(parsed.GetValue(_set) ?? []));
        if (same.Count > 0) space = space.Fixed(same);
        Protocol protocol = parsed.GetValue(_protocol) is { } name ? KebabCase.Parse<Protocol>("protocol", name) : Protocol.Strict;
        TimeSpan budget = parsed.GetValue(_budget) ?? TimeSpan.FromMinutes(30);
        if (File.Exists(folder)) throw new InvalidInputException($"'{folder}' is a file; expected a folder, so choose another.");
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any() && !Directory.Exists(Path.Combine(folder, "trials")))
            throw new InvalidInputException($"Folder '{folder}' is not empty and holds no search; expected a new one, an empty one or that of the search, so choose another (--out).");
        if (!HeldOut.Monitored(data.Train, data.Validation, data.ColdItems).MeasuresAny(data.Train))
            throw new InvalidInputException($"Settings are chosen on validation, and '{data.Name}' has nothing to measure there; split it with 'tessera data split'.");

        int threads = parsed.GetValue(_threads);
        var search = new SuccessiveHalving(data, model, space, Path.Combine(folder, "trials"), budget.TotalSeconds)
        {
            Note = session.Note,
            Parallel = threads == 0 ? Environment.ProcessorCount : threads,
        };
        SearchResult result = search.Run(session.Cancellation);
        IReadOnlyList<Trial> chosen = search.TrainToTheEnd(result.Settings, session.Cancellation);
        if (chosen.FirstOrDefault(trial => trial.Failure is not null) is { } failed)
            throw new InvalidInputException($"The settings chosen, {SuccessiveHalving.Describe(result.Settings)}, cannot be trained to the end with seed {failed.Seed}: {failed.Failure}");
        result = result with { Validation = chosen.Average(trial => trial.Result!.Value) };
        JsonRecord.Write(Path.Combine(folder, "best.json"), result.Settings);
        EvaluationResult[] tests = [.. chosen.Select(trial => trial.ScoreTest(protocol))];
        JsonObject json = ToJson(model, data, result, search.Trials, tests, protocol);
        JsonRecord.Write(Path.Combine(folder, "tuning.json"), json);
        session.Print(() => json, console => Print(console, model, data, folder, result, search.Trials, tests));
    }

    private string[]? Modalities(ParseResult parsed) =>
        parsed.GetValue(_modalities)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static JsonObject ToJson(
        ModelDescription model, Dataset data, SearchResult result, IReadOnlyList<Trial> trials, EvaluationResult[] tests, Protocol protocol) => new()
        {
            ["model"] = model.Name,
            ["data"] = data.Name,
            ["protocol"] = KebabCase.Of(protocol),
            ["settings"] = result.Settings.DeepClone(),
            ["validation"] = result.Validation,
            ["processorSeconds"] = result.Seconds,
            ["settingsThereAre"] = result.Space,
            ["test"] = new JsonArray([.. tests.Select(test => test.ToJson())]),
            ["trials"] = new JsonArray([.. trials.Select(trial => new JsonObject
            {
                ["settings"] = trial.Settings.DeepClone(),
                ["seed"] = trial.Seed,
                ["epochs"] = trial.Epochs,
                ["finished"] = trial.IsFinished,
                ["validation"] = trial.Failure is null ? trial.BestOf(int.MaxValue) : null,
                ["processorSeconds"] = trial.SecondsOf(int.MaxValue),
                ["failure"] = trial.Failure,
            })]),
        };

    private static void Print(
        IAnsiConsole console, ModelDescription model, Dataset data, string folder, SearchResult result, IReadOnlyList<Trial> trials, EvaluationResult[] tests)
    {
        var table = new TextTable(1, "settings", "seed", "epochs", "on validation", "processor time");
        foreach (Trial trial in trials.OrderByDescending(trial => trial.BestOf(int.MaxValue)))
        {
            table.Row(
                SuccessiveHalving.Describe(trial.Settings), trial.Seed.ToString(CultureInfo.InvariantCulture), $"{trial.Epochs}{(trial.IsFinished ? "" : ", stopped")}",
                trial.Failure is null ? Figures.Decimal(trial.BestOf(int.MaxValue)) : "failed", Figures.Seconds(trial.SecondsOf(int.MaxValue)));
        }

        table.PrintTo(console);
        foreach (IGrouping<string, Trial> alike in trials.Where(trial => trial.Failure is not null).GroupBy(trial => trial.Failure!))
            console.WriteLine($"{Figures.Counted(alike.Count(), "trial")} failed: {alike.Key}");
        console.WriteLine($"{model.Title} on {data.Name}: {Figures.Counted(result.Drawn, "setting")} of {Figures.Count(result.Space)} tried in {result.Seconds / 60:F1} min of processor time");
        console.WriteLine($"Chosen on validation ({Figures.Decimal(result.Validation)}, the mean of {tests.Length} seeds): {SuccessiveHalving.Describe(result.Settings)}");
        if (tests[0].Users > 0)
            console.WriteLine($"Test, scored once for the chosen: Recall@20 {Figures.Decimal(tests.Average(test => test[Recall]))}, NDCG@20 {Figures.Decimal(tests.Average(test => test[Ndcg]))}");
        console.WriteLine($"Train with them: tessera train --model {model.Name} --config {NextSteps.Argument(Path.Combine(folder, "best.json"))} …; all trials are in {Path.Combine(folder, "tuning.json")}");
    }
}
