using System.CommandLine;
using System.Text.Json.Nodes;
using Spectre.Console;
using Tessera.Cli.Output;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Training;

namespace Tessera.Cli.Commands;

/// <summary><c>tessera models</c></summary>
internal sealed class ModelsCommand : TesseraCommand
{
    private readonly ModelCatalog _models;
    private readonly Option<string?> _model = Flags.OptionalText("--model", "NAME", "show only this one");

    public ModelsCommand(ModelCatalog models, CliEnvironment environment, CancellationToken cancellation)
        : base("models", "List the models, and all options that 'train' takes with --set or --config.", environment, cancellation)
    {
        _models = models;
        Take(_model);
    }

    protected override void Execute(ParseResult parsed, Session session)
    {
        IReadOnlyList<ModelDescription> models = parsed.GetValue(_model) is { } name ? [_models.Find(name)] : _models.Models;
        session.Print(() => ToJson(models), console => Print(console, models));
    }

    private static JsonObject ToJson(IReadOnlyList<ModelDescription> models) => new()
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
        ["trainingOptions"] = Options(typeof(TrainingOptions)),
    };

    private static new JsonArray Options(Type type) => new([.. OptionsBinder.Describe(type).Select(option => new JsonObject
    {
        ["name"] = option.Name,
        ["type"] = option.Type,
        ["default"] = option.Default,
        ["range"] = option.Range,
        ["description"] = option.Description,
    })]);

    private static void Print(IAnsiConsole console, IReadOnlyList<ModelDescription> models)
    {
        foreach (ModelDescription model in models)
        {
            console.WriteLine($"{model.Name}: {model.Title} ({model.Paper}){(model.NeedsFeatures ? ", needs item features" : "")}{(model.IsItemBased ? ", item-based: without epochs and options of training" : "")}");
            PrintOptions(console, model.OptionsType);
        }

        console.WriteLine("training options of all models that are trained");
        PrintOptions(console, typeof(TrainingOptions));
    }

    private static void PrintOptions(IAnsiConsole console, Type type)
    {
        var table = new TextTable(5, "option", "type", "default", "range", "meaning");
        foreach (OptionDescription option in OptionsBinder.Describe(type))
            table.Row(option.Name, option.Type, option.Default, option.Range, option.Description);
        table.PrintTo(console);
    }
}
