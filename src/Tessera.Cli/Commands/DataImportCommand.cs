using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;
using Tessera.Cli.Output;
using Tessera.Data.Importing;

namespace Tessera.Cli.Commands;

/// <summary><c>tessera data import</c></summary>
internal sealed class DataImportCommand : TesseraCommand
{
    private const string Day = "yyyy-MM-dd", Iso = "yyyy-MM-dd'T'HH:mm:ss'Z'";
    private readonly Option<string> _format = Flags.Text("--format", string.Join('|', Importer.Formats), "layout of the data");
    private readonly Option<string> _events = Flags.Text("--events", "FILE", "who did what with which item; a folder for mmrec, mmssl, movielens, parquet");
    private readonly Option<string?> _items = Flags.OptionalText("--items", "FILE", "item table: texts and images");
    private readonly Option<string> _out = Flags.Text("--out", "DIR", "folder to create, new or empty");
    private readonly Option<string?> _name = Flags.OptionalText("--name", "NAME", "name of the event log; default: that of the events' file");
    private readonly Option<string?> _separator = Flags.OptionalText("--separator", "TEXT", "between columns: a text, or tab, comma, … (csv, item tables); default: found");
    private readonly Option<string?> _quote = Flags.OptionalText("--quote", "none|double", "whether quotes stand around fields (csv, item tables); default: found");
    private readonly Option<bool> _noHeader = new("--no-header") { Description = "the first line is a record; columns are given by number, from 1 (csv, item tables)" };
    private readonly Option<string?> _encoding = Flags.OptionalText("--encoding", "NAME", "of the files, such as windows-1252 or gbk; default: UTF-8");
    private readonly Option<string?> _timeFormat = Flags.OptionalText("--time-format", "FORMAT", "of the times, .NET's, such as dd/MM/yyyy");
    private readonly Option<int> _skip = Flags.Number("--skip-bad-rows", "leave out up to N bad lines, listed in rejected.jsonl", minimum: 0, otherwise: 0);
    private readonly Option<string?> _user = Flags.OptionalText("--user-column", "NAME", "users' column or key (csv, jsonl, parquet); default: user, user_id, …");
    private readonly Option<string?> _item = Flags.OptionalText("--item-column", "NAME", "items' column or key (csv, jsonl, parquet); default: item, item_id, …");
    private readonly Option<string?> _rating = Flags.OptionalText("--rating-column", "NAME", "ratings' column or key (csv, jsonl, parquet); default: rating, … or none");
    private readonly Option<string?> _time = Flags.OptionalText("--time-column", "NAME", "times' column or key (csv, jsonl, parquet); default: timestamp, … or none");
    private readonly Option<string?> _itemId = Flags.OptionalText("--item-id-column", "NAME", "ids' column or key in an item table of your own; default: item, id, …");
    private readonly Option<string?> _image = Flags.OptionalText("--image-column", "NAME", "images' column or key in an item table of your own; default: image, … or none");
    private readonly Option<string?> _images = Flags.OptionalText("--images", "DIR", "folder with an image such as ITEM.jpg for each item, at any depth");
    private readonly Option<string?> _features = Flags.OptionalText("--image-features", "FILE", "image features, 4,096 per item (amazon2014)");

    public DataImportCommand(CliEnvironment environment, CancellationToken cancellationToken)
        : base("import", "Turn events and an item table into an event log.", environment, cancellationToken) =>
        Take(
            _format, _events, _items, _out, _name, _separator, _quote, _noHeader, _encoding, _timeFormat, _skip,
            _user, _item, _rating, _time, _itemId, _image, _images, _features);

    protected override void Execute(ParseResult parsed, Session session)
    {
        var options = new ImportOptions(parsed.GetRequiredValue(_format), parsed.GetRequiredValue(_events), parsed.GetRequiredValue(_out))
        {
            Items = parsed.GetValue(_items),
            Name = parsed.GetValue(_name),
            Separator = parsed.GetValue(_separator),
            Quote = parsed.GetValue(_quote),
            NoHeader = parsed.GetValue(_noHeader),
            Encoding = parsed.GetValue(_encoding),
            TimeFormat = parsed.GetValue(_timeFormat),
            SkipBadRows = parsed.GetValue(_skip),
            UserColumn = parsed.GetValue(_user),
            ItemColumn = parsed.GetValue(_item),
            RatingColumn = parsed.GetValue(_rating),
            TimeColumn = parsed.GetValue(_time),
            ItemIdColumn = parsed.GetValue(_itemId),
            ImageColumn = parsed.GetValue(_image),
            Images = parsed.GetValue(_images),
            ImageFeatures = parsed.GetValue(_features),
        };
        ImportResult result = ImportDisplay.Follow(session.Error, progress => Importer.Run(options, progress, session.Cancellation));
        foreach (string notice in result.Notices) session.Note(notice);
        if (result.IsDataset) session.Note($"The data is split already: '{options.Directory}' is a data set to train on, not an event log.");
        session.Print(() => ToJson(result, options.Directory), console => Print(console, result, options.Directory));
    }

    private static JsonObject ToJson(ImportResult result, string folder) => new()
    {
        ["name"] = result.Name,
        ["kind"] = KindOf(result),
        ["folder"] = folder,
        ["users"] = result.Users,
        ["items"] = result.Items,
        ["itemsWithoutEvents"] = result.ItemsWithoutEvents,
        ["events"] = result.Events,
        ["describedItems"] = result.DescribedItems,
        ["firstTime"] = result.FirstTime?.ToString(Iso, CultureInfo.InvariantCulture),
        ["lastTime"] = result.LastTime?.ToString(Iso, CultureInfo.InvariantCulture),
        ["rejectedRows"] = result.RejectedRows,
    };

    private static void Print(IAnsiConsole console, ImportResult result, string folder)
    {
        TextTable table = new TextTable(1, KindOf(result), result.Name)
            .Row("users", Figures.Count(result.Users))
            .Row("items", Figures.Count(result.Items))
            .Row("  with a record", Figures.Count(result.DescribedItems))
            .Row("  without events", Figures.Count(result.ItemsWithoutEvents))
            .Row("events", Figures.Count(result.Events));
        if (result is { FirstTime: { } first, LastTime: { } last })
            table.Row("times from", first.ToString(Day, CultureInfo.InvariantCulture)).Row("  to", last.ToString(Day, CultureInfo.InvariantCulture));
        table.PrintTo(console);
        console.WriteLine($"Written to {folder}");
    }

    private static string KindOf(ImportResult result) => result.IsDataset ? "data set" : "event log";
}
