using System.CommandLine;
using System.Text.Json.Nodes;
using Tessera.Cli.Output;
using Tessera.Data;
using Tessera.Data.EventLogs;
using Tessera.Recommendation.Live;
using Tessera.Recommendation.Recommenders;

namespace Tessera.Cli.Commands;

/// <summary><c>tessera items add</c></summary>
internal sealed class ItemsAddCommand : TesseraCommand
{
    private readonly ModelCatalog _models;
    private readonly Option<string> _run = Flags.Run();
    private readonly Option<string> _items = Flags.Text("--items", "FILE.jsonl", "items to add, one JSON object a line, as an item table to import has them, or with ready vectors: item (the id), texts, image (a path), features (numbers by modality)");
    private readonly Option<bool> _update = new("--update") { Description = "give items that the run has already their new features instead of refusing them" };
    private readonly Option<string[]> _files = new("--model")
    {
        Description = "the .onnx file of a model that made a modality and does not come along; may be repeated",
        HelpName = "FILE.onnx",
    };

    private readonly Option<string?> _cache = EncodingOutput.CacheFlag();

    public ItemsAddCommand(ModelCatalog models, CliEnvironment environment, CancellationToken cancellationToken)
        : base("add", "Add items to a finished run, without training: from then on they are recommended and found as similar.", environment, cancellationToken)
    {
        _models = models;
        Take(_run, _items, _update, _files, _cache);
    }

    protected override void Execute(ParseResult parsed, Session session)
    {
        string folder = parsed.GetRequiredValue(_run);
        bool updates = parsed.GetValue(_update);
        IReadOnlyList<GivenItem> given = NewItemsFile.Read(parsed.GetRequiredValue(_items), session.Note);
        using LiveRecommender live = LiveRecommender.Open(folder, _models);
        live.RequireTakesItems();
        foreach (GivenItem item in given) Check(live, item, updates);
        var encoding = new NewItemEncoding(
            session, given, live.Current.Live!.Modalities, parsed.GetValue(_files) ?? [], parsed.GetValue(_cache), live.Current.Directory.FindEncoder,
            mayBeBare: item => updates && TitleOf(item) is not null && live.Current.TryFindItem(item.Id) is not null);
        encoding.Check();
        Dictionary<string, Dictionary<string, float[]>> encoded = encoding.Encode();
        NewItem[] items = [.. given.Select(item => new NewItem(item.Item.Id, encoded[item.Item.Id].Union(item.Features).ToDictionary()) { Title = TitleOf(item.Item) })];
        NewItem[] known = updates ? [.. items.Where(item => live.Current.TryFindItem(item.Id) is not null)] : [];
        NewItem[] added = [.. items.Except(known)];
        if (added.Length > 0) live.AddItems(added);
        foreach (NewItem item in known) live.UpdateItem(item);
        live.Save();
        session.Print(
            () => new JsonObject { ["run"] = folder, ["added"] = added.Length, ["updated"] = known.Length, ["items"] = live.Current.ItemCount - live.Current.Additions.Removed.Count },
            console => console.Profile.Out.Writer.WriteLine(
                $"{Figures.Counted(added.Length, "item")} added{(known.Length > 0 ? $", {Figures.Count(known.Length)} updated" : "")}; the run in {folder} has {Figures.Count(live.Current.ItemCount - live.Current.Additions.Removed.Count)}"));
    }

    private static void Check(LiveRecommender live, GivenItem item, bool updates)
    {
        try
        {
            live.Check(new NewItem(item.Item.Id, item.Features), updates);
        }
        catch (InvalidInputException cause)
        {
            throw item.Refused(cause.Message, cause);
        }
    }

    private static string? TitleOf(ItemRecord item) => NewItemEncoding.TitleFields.Select(field => Text(item, field)).FirstOrDefault(text => text is not null);

    private static string? Text(ItemRecord item, string field) => item.Texts.GetValueOrDefault(field) is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;
}
