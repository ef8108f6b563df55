using System.CommandLine;
using System.Text.Json.Nodes;
using Tessera.Cli.Output;
using Tessera.Recommendation.Live;
using Tessera.Recommendation.Recommenders;

namespace Tessera.Cli.Commands;

/// <summary><c>tessera items remove</c></summary>
internal sealed class ItemsRemoveCommand : TesseraCommand
{
    private readonly ModelCatalog _models;
    private readonly Option<string> _run = Flags.Run();
    private readonly Option<string[]> _items = new("--item")
    {
        Description = "an item to take out: its id, or number where the data has no ids; may be repeated",
        HelpName = "ID",
        Required = true,
    };

    public ItemsRemoveCommand(ModelCatalog models, CliEnvironment environment, CancellationToken cancellationToken)
        : base("remove", "Take items out of a finished run: they are neither recommended nor found any more.", environment, cancellationToken)
    {
        _models = models;
        Take(_run, _items);
    }

    protected override void Execute(ParseResult parsed, Session session)
    {
        string folder = parsed.GetRequiredValue(_run);
        string[] items = [.. parsed.GetRequiredValue(_items).Distinct()];
        using LiveRecommender live = LiveRecommender.Open(folder, _models);
        foreach (string item in items) live.RemoveItem(item);
        live.Save();
        int left = live.Current.ItemCount - live.Current.Additions.Removed.Count;
        session.Print(
            () => new JsonObject { ["run"] = folder, ["removed"] = items.Length, ["items"] = left },
            console => console.Profile.Out.Writer.WriteLine($"{Figures.Counted(items.Length, "item")} removed; the run in {folder} has {Figures.Count(left)}"));
    }
}
