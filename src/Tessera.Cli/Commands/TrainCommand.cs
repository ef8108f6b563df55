using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;
using Tessera.Cli.Output;
using Tessera.Compute.Devices;
using Tessera.Data;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Graphs;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Runs;
using Tessera.Recommendation.Training;

namespace Tessera.Cli.Commands;

/// <summary><c>tessera train</c></summary>
internal sealed class TrainCommand : TesseraCommand
{
    private readonly ModelCatalog _models;
    private readonly Option<string> _data = Flags.Data();
    private readonly Option<string?> _model = Flags.OptionalText("--model", "NAME", "what to train; 'tessera models' lists the models and their options");
    private readonly Option<string?> _preset = Flags.OptionalText("--preset", "NAME", "model and settings with a name, which 'tessera models' lists");
    private readonly Option<string> _out = Flags.Text("--out", "RUN", "folder for the run, new or empty");
    private readonly Option<string?> _config = Flags.OptionalText("--config", "FILE.json", "options of model and training as one JSON object, or the config.json of a run to repeat");
    private readonly Option<string[]> _set = new("--set")
    {
        Description = "an option of model or training; wins over --preset and --config; may be repeated",
        HelpName = "key=value",
    };

    private readonly Option<string?> _modalities = Flags.OptionalText("--modalities", "NAME,NAME", "modalities to learn from; default: all");
    private readonly Option<string?> _protocol = Flags.Protocol("strict");
    private readonly Option<bool> _resume = new("--resume") { Description = "continue the run in --out where it was interrupted; one that is finished is left as it is" };
    private readonly Option<bool> _restart = new("--restart") { Description = "delete the unfinished run in --out, such as one that diverged, and start again" };
    private readonly Option<string?> _from = Flags.OptionalText("--from", "RUN", "start from the parameters of an earlier run of the model, joined by the ids of users and items");
    private readonly Option<ulong> _seed = Flags.Seed();
    private readonly Option<int> _threads = Flags.Threads();

    public TrainCommand(ModelCatalog models, CliEnvironment environment, CancellationToken cancellationToken)
        : base("train", "Train a model, measure it on validation and test, and save the run.", environment, cancellationToken)
    {
        _models = models;
        Take(_data, _model, _preset, _out, _config, _set, _modalities, _protocol, _resume, _restart, _from, _seed, _threads);
    }

    /// <summary>The key of <c>--set</c> that an option's name stands for, such as <c>learningRate</c> for <c>--learning-rate</c>; null for none.</summary>
    public string? SettingOf(string option) => _models.Models.Select(model => model.OptionsType).Prepend(typeof(TrainingOptions)).SelectMany(OptionsBinder.Describe)
        .Select(setting => setting.Name).FirstOrDefault(key => key.Equals(option.Replace("-", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase));

    protected override void Execute(ParseResult parsed, Session session)
    {
        OptionValues given = OptionValues.Read(parsed.GetValue(_preset), parsed.GetValue(_config), parsed.GetValue(_set) ?? []);
        (JsonObject values, _, RunConfig? repeated) = given;
        ModelDescription model = _models.Find(given.Model(parsed.GetValue(_model)));
        object options = OptionsBinder.Bind(model.OptionsType, values, typeof(TrainingOptions));
        var training = OptionsBinder.Bind<TrainingOptions>(values, model.OptionsType);
        Protocol protocol = parsed.GetValue(_protocol) is { } name ? KebabCase.Parse<Protocol>("protocol", name) : repeated?.Protocol ?? Protocol.Strict;
        ulong seed = repeated is not null && parsed.GetResult(_seed) is not { Implicit: false } ? repeated.Seed : parsed.GetValue(_seed);
        Dataset data = session.ReadData(parsed.GetRequiredValue(_data));
        if (parsed.GetValue(_modalities) is { } names)
            data = data.WithModalities(names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        else if (repeated is not null)
            data = data.WithModalities([.. repeated.Modalities]);

        var run = new TrainingRun(data, model, options, training, seed, protocol, session.Logger, parsed.GetValue(_from))
        {
            Restart = parsed.GetValue(_restart),
        };
        if (repeated is not null && repeated.DataFingerprint != run.Config.DataFingerprint)
            session.Note($"The data differ from those of the run that is repeated ({repeated.Data}), and so will the result.");
        var directory = new RunDirectory(parsed.GetRequiredValue(_out));
        using var device = new Device(parsed.GetValue(_threads));
        if (model.NeedsFeatures) ModalityOutput.Note(session, ModalityProfile.Of(data.Modalities, data.Train, device, session.Cancellation));
        RunResult result = Train(run, directory, device, parsed.GetValue(_resume), session, "give the same command with --resume");
        session.Print(() => ToJson(run, directory, result), console => Print(console, model, run.Config, directory, result));
    }

    /// <summary>Trains with progress shown; where interrupted, says how to continue.</summary>
    public static RunResult Train(TrainingRun run, RunDirectory directory, Device device, bool resume, Session session, string howToContinue)
    {
        string? cache = session.GraphCache();
        try
        {
            return TrainingDisplay.Follow(
                session.Error, run.Config.Training.Monitor, progress => run.Execute(directory.Path, device, resume, cache, progress, session.Cancellation));
        }
        catch (OperationCanceledException) when (File.Exists(directory.ConfigFile))
        {
            session.Note($"The run in '{directory.Path}' can be continued: {howToContinue}.");
            throw;
        }
        catch (NotFiniteNumberException) when (directory is { HoldsRun: true, IsFinished: false })
        {
            session.Note($"The run in '{directory.Path}' can be started again with other settings: give them with --restart, which deletes what is there.");
            throw;
        }
    }

    private static JsonObject ToJson(TrainingRun run, RunDirectory directory, RunResult result)
    {
        JsonObject json = result.ToJson(run.Config);
        json.Insert(0, "run", directory.Path);
        return json;
    }

    private static void Print(IAnsiConsole console, ModelDescription model, RunConfig config, RunDirectory directory, RunResult result)
    {
        string modalities = string.Join(", ", config.Modalities);
        string end = config.IsItemBased ? "Computed from the training interactions, without epochs"
            : result.StoppedEarly ? $"Stopped early after {result.Epochs} of {Figures.Counted(config.Training.Epochs!.Value, "epoch")}"
            : result.Epochs == 1 ? "Trained 1 epoch" : $"Trained all {Figures.Counted(result.Epochs, "epoch")}";
        console.WriteLine($"{model.Title} on {config.Data}{(modalities.Length > 0 ? $" ({modalities})" : "")}, seed {config.Seed}");
        string kept = result.Validation.Users > 0 ? $"best on validation: epoch {result.BestEpoch}" : "the last is kept, for there is no validation to measure";
        console.WriteLine(config.IsItemBased ? end : $"{end}; {kept}");
        if (result.BehaviorWeight is { } weight)
            console.WriteLine(weight == 0
                ? $"behavior={KebabCase.Of(config.Training.Behavior)} is better than nothing at no weight, so scores stay as they are"
                : $"Scores are corrected by behavior={KebabCase.Of(config.Training.Behavior)} with weight {weight.ToString(CultureInfo.InvariantCulture)}");
        if (result.ColdItemFactor is { } factor)
            console.WriteLine($"Vectors of items without a training interaction count {factor.ToString(CultureInfo.InvariantCulture)} times, which is best on validation");
        MetricsOutput.PrintResult(console, result);
        if (result.ChunkWeights.Count > 0)
            console.WriteLine($"Users' weights, mean ± deviation: {string.Join(", ", result.ChunkWeights.Select(chunk => $"{chunk.Chunk} {Figures.Decimal(chunk.Mean)} ± {Figures.Decimal(chunk.Deviation)}"))}");
        if (result.Test.Users > 0) console.WriteLine(MetricsOutput.Explain(config.Protocol));
        console.WriteLine($"Saved in {directory.Path}; all metrics are in {directory.MetricsFile}");
    }
}
