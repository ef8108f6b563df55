using System.CommandLine;
using System.Text.Json.Nodes;
using Tessera.Cli.Output;
using Tessera.Data.EventLogs;
using Tessera.Recommendation.Live;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Runs;

namespace Tessera.Cli.Commands;

/// <summary><c>tessera items add</c></summary>
internal sealed class ItemsAddCommand : TesseraCommand
{
    private readonly ModelCatalog _models;
    private readonly Option<string> _run = Flags.Run();
    private readonly Option<string> _items = Flags.Text("--items", "FILE.jsonl", "items to add, one JSON object a line: item (the id), texts, image (a path), features (numbers by modality)");
    private readonly Option<bool> _update = new("--update") { Description = "give items that the run has already their new features instead of refusing them" };
    private readonly Option<string[]> _files = new("--model")
    {
        Description = "the .onnx file of a model that made a modality and does not come along; may be repeated",
        HelpName = "FILE.onnx",
    };

    private readonly Option<string?> _cache = EncodingOutput.CacheFlag();

    public ItemsAddCommand(ModelCatalog models, CliEnvironment environment, CancellationToken cancellation)
        : base("add", "Add items to a finished run, without training: from then on they are recommended and found as similar.", environment, cancellation)
    {
        _models = models;
        Take(_run, _items, _update, _files, _cache);
    }

    protected override void Execute(ParseResult parsed, Session session)
    {
        string folder = parsed.GetRequiredValue(_run);
        IReadOnlyList<(ItemRecord Item, IReadOnlyDictionary<string, float[]> Features)> given = NewItemsFile.Read(parsed.GetRequiredValue(_items));
        using LiveRecommender live = LiveRecommender.Open(folder, _models);
        ItemRecord[] records = [.. given.Select(item => item.Item).DistinctBy(item => item.Id)];
        HashSet<string> ready = [.. given.SelectMany(item => item.Features.Keys)];
        LiveModality[] open = [.. live.Current.Live?.Modalities.Where(modality => !ready.Contains(modality.Name)) ?? []];
        Dictionary<string, Dictionary<string, float[]>> encoded =
            new NewItemEncoding(session, parsed.GetValue(_files) ?? [], parsed.GetValue(_cache)).Encode(records, open);
        NewItem[] items = [.. given.Select(item => new NewItem(item.Item.Id, encoded[item.Item.Id].Union(item.Features).ToDictionary()) { Title = TitleOf(item.Item) })];
        NewItem[] known = parsed.GetValue(_update) ? [.. items.Where(item => live.Current.TryFindItem(item.Id) is not null)] : [];
        NewItem[] added = [.. items.Except(known)];
        if (added.Length > 0) live.AddItems(added);
        foreach (NewItem item in known) live.UpdateItem(item);
        live.Save();
        session.Print(
            () => new JsonObject { ["run"] = folder, ["added"] = added.Length, ["updated"] = known.Length, ["items"] = live.Current.ItemCount - live.Current.Additions.Removed.Count },
            console => console.Profile.Out.Writer.WriteLine(
                $"{Figures.Counted(added.Length, "item")} added{(known.Length > 0 ? $", {Figures.Count(known.Length)} updated" : "")}; the run in {folder} has {Figures.Count(live.Current.ItemCount - live.Current.Additions.Removed.Count)}"));
    }

    private static string? TitleOf(ItemRecord item) => Text(item, "title") ?? Text(item, "name");

    private static string? Text(ItemRecord item, string field) => item.Texts.GetValueOrDefault(field) is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;
}
