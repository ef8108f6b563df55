using System.CommandLine;
using System.Text.Json.Nodes;
using Spectre.Console;
using Tessera.Cli.Output;
using Tessera.Data.EventLogs;
using Tessera.Encoders.Encodings;

namespace Tessera.Cli.Commands;

/// <summary><c>tessera data encode</c></summary>
internal sealed partial class DataEncodeCommand : TesseraCommand
{
    private const string Tfidf = "tfidf", Histogram = "histogram", Endpoint = "endpoint";
    private const string Text = "text", Image = "image";
    private const string Texts = "texts", Images = "images";

    private readonly Option<string> _data = Flags.Text("--data", "DIR", "folder with items.jsonl, where the modality is written");
    private readonly Option<string?> _modality = Flags.OptionalText("--modality", "NAME", "modality to make; unset: text and image, of which there is content");
    private readonly Option<string?> _encoder = Flags.OptionalText("--encoder", $"{Tfidf}|{Histogram}|{Endpoint}", $"unset: {Tfidf} for texts, {Histogram} for images");
    private readonly Option<string?> _source = Flags.OptionalText(
        "--source", $"{Texts}|{Images}", $"what the items have to be encoded; unset: {Texts} for the modality {Text}, {Images} for {Image}, else what other options say");

    private readonly Option<string?> _fields = Flags.OptionalText("--fields", "NAME,NAME", "text fields to encode, in this order; unset: all");
    private readonly Option<string?> _texts = Flags.OptionalText("--texts", "NAME", "encode the texts in DIR/NAME.jsonl, such as descriptions, instead of the fields");
    private readonly Option<int> _dimensions = Flags.Number("--dimensions", "length of the vectors, 0 for 384 with tfidf and the model's own with endpoint", minimum: 0, otherwise: 0);
    private readonly Option<string?> _instruction = Flags.OptionalText("--instruction", "TEXT", "sends 'Instruct: TEXT' and 'Query: ' before each text, for models trained on it");
    private readonly EndpointFlags _server = new();
    private readonly Option<int> _batch = Flags.Number("--batch", "texts in one request", minimum: 1, otherwise: 32);
    private readonly Option<string?> _cache = EncodingOutput.CacheFlag();
    private readonly Option<bool> _replace = new("--replace") { Description = "write a modality anew that is there already" };
    private readonly Option<ulong> _seed = Flags.Seed();
    private readonly Option<int> _threads = Flags.Threads();

    public DataEncodeCommand(CliEnvironment environment, CancellationToken cancellation)
        : base("encode", "Encode item texts and images as modalities, by built-in encoders or by a server.", environment, cancellation) =>
        Take([
            _data, _modality, _encoder, _source, _fields, _texts, _dimensions, _instruction, .. _server.All, _batch, _cache, _replace, _seed, _threads,
        ]);

    protected override void Execute(ParseResult parsed, Session session)
    {
        ItemTable table = ItemTable.Open(parsed.GetRequiredValue(_data), session.Cancellation);
        var jobs = Jobs(parsed, table)
            .Select(job => (job.Modality, job.Encoder, job.Source, Encoding: new FeatureEncoding(table, job.Modality, parsed.GetValue(_replace)))).ToList();
        var made = new List<EncodedModality>();
        foreach ((string modality, string encoder, string source, FeatureEncoding encoding) in jobs)
        {
            made.Add(encoder switch
            {
                Tfidf => EncodeByTfidf(parsed, session, table, modality, encoding),
                Histogram => EncodeByHistogram(parsed, session, table, modality, encoding),
                _ when source == Images => EncodeImagesByEndpoint(parsed, session, table, modality, encoding),
                _ => EncodeTextsByEndpoint(parsed, session, table, modality, encoding),
            });
        }

        session.Print(() => ToJson(table, made), console => Print(console, made));
    }

    private static JsonObject ToJson(ItemTable table, List<EncodedModality> made) => new()
    {
        ["data"] = table.Directory,
        ["items"] = table.Ids.Count,
        ["modalities"] = new JsonArray([.. made.Select(modality => new JsonObject
        {
            ["name"] = modality.Entry.Name,
            ["file"] = modality.Entry.File,
            ["encoder"] = modality.Entry.Encoder,
            ["version"] = modality.Entry.Version,
            ["dimensions"] = modality.Entry.Dimensions,
            ["encoded"] = modality.Result.Encoded,
            ["cached"] = modality.Result.Cached,
            ["missing"] = modality.Entry.Missing.Count,
        })]),
    };

    private static void Print(IAnsiConsole console, List<EncodedModality> made)
    {
        var table = new TextTable(2, "modality", "encoder", "items", "dimensions", "encoded", "cached", "missing");
        foreach ((var entry, EncodingResult result) in made)
        {
            table.Row(
                entry.Name, entry.Encoder, Figures.Count(entry.Rows), Figures.Count(entry.Dimensions), Figures.Count(result.Encoded),
                Figures.Count(result.Cached), Figures.Count(entry.Missing.Count));
        }

        table.PrintTo(console);
    }
}
