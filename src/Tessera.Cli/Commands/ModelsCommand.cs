using System.CommandLine;
using System.Text.Json.Nodes;
using Spectre.Console;
using Tessera.Cli.Output;
using Tessera.Models;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Training;

namespace Tessera.Cli.Commands;

/// <summary><c>tessera models</c></summary>
internal sealed class ModelsCommand : TesseraCommand
{
    private readonly ModelCatalog _models;
    private readonly Option<string?> _model = Flags.OptionalText("--model", "NAME", "show only this one");

    public ModelsCommand(ModelCatalog models, CliEnvironment environment, CancellationToken cancellationToken)
        : base("models", "List the models, the presets, and all options that 'train' takes with --set or --config.", environment, cancellationToken)
    {
        _models = models;
        Take(_model);
    }

    protected override void Execute(ParseResult parsed, Session session)
    {
        IReadOnlyList<ModelDescription> models = parsed.GetValue(_model) is { } name ? [_models.Find(name)] : _models.Models;
        Preset[] presets = [.. Preset.All.Where(preset => models.Any(model => model.Name == preset.Model))];
        session.Print(() => ToJson(models, presets), console => Print(console, models, presets));
    }

    private static JsonObject ToJson(IReadOnlyList<ModelDescription> models, Preset[] presets) => new()
    {
        ["models"] = new JsonArray([.. models.Select(model => new JsonObject
        {
            ["name"] = model.Name,
            ["title"] = model.Title,
            ["paper"] = model.Paper,
            ["year"] = model.Year,
            ["needsFeatures"] = model.NeedsFeatures,
            ["itemBased"] = model.IsItemBased,
            ["options"] = Options(model.OptionsType),
        })]),
        ["trainingOptions"] = AnyIsTrained(models) ? Options(typeof(TrainingOptions)) : [],
        ["presets"] = new JsonArray([.. presets.Select(preset => new JsonObject
        {
            ["name"] = preset.Name,
            ["model"] = preset.Model,
            ["description"] = preset.Meaning,
            ["settings"] = preset.Settings.DeepClone(),
        })]),
    };

    private static bool AnyIsTrained(IReadOnlyList<ModelDescription> models) => models.Any(model => !model.IsItemBased);

    private static new JsonArray Options(Type type) => new([.. OptionsBinder.Describe(type).Select(option => new JsonObject
    {
        ["name"] = option.Name,
        ["type"] = option.Type,
        ["default"] = option.Default,
        ["range"] = option.Range,
        ["description"] = option.Description,
    })]);

    private static void Print(IAnsiConsole console, IReadOnlyList<ModelDescription> models, Preset[] presets)
    {
        foreach (ModelDescription model in models)
        {
            console.WriteLine($"{model.Name}: {model.Title} ({model.Paper}){(model.NeedsFeatures ? ", needs item features" : "")}{(model.IsItemBased ? $", item-based: without epochs and options of training{(model.NeedsFeatures ? " but those of features" : "")}" : "")}");
            PrintOptions(console, model.OptionsType);
        }

        if (AnyIsTrained(models))
        {
            console.WriteLine("training options of all models that are trained");
            PrintOptions(console, typeof(TrainingOptions));
        }

        if (presets.Length > 0) console.WriteLine("presets, for 'train --preset NAME'");
        foreach (Preset preset in presets)
        {
            console.WriteLine($"{preset.Name}: {preset.Meaning}");
            console.WriteLine($"  --model {preset.Model} {string.Join(' ', preset.Settings.Select(pair => $"--set {pair.Key}={pair.Value}"))}");
        }
    }

    private static void PrintOptions(IAnsiConsole console, Type type)
    {
        var table = new TextTable(5, "option", "type", "default", "range", "meaning");
        foreach (OptionDescription option in OptionsBinder.Describe(type))
            table.Row(option.Name, option.Type, option.Default, option.Range, option.Description);
        table.PrintTo(console);
    }
}
