using System.CommandLine;
using System.Text.Json.Nodes;
using Spectre.Console;
using Tessera.Cli.Output;
using Tessera.Data;
using Tessera.Data.EventLogs;
using Tessera.Encoders.Encodings;
using Tessera.Encoders.Onnx;

namespace Tessera.Cli.Commands;

/// <summary><c>tessera data encode</c></summary>
internal sealed class DataEncodeCommand : TesseraCommand
{
    private const string MiniLm = "minilm", ResNet18 = "resnet18";
    private static readonly string[] Encoders = [MiniLm, ResNet18, EncoderChoice.Tfidf, EncoderChoice.Histogram, OnnxModels.OwnName, EncoderChoice.Endpoint];
    private readonly Option<string> _data = Flags.Text("--data", "DIR", "folder of a data set with items.jsonl, where the modality is written");
    private readonly Option<string?> _modality = Flags.OptionalText("--modality", "NAME", "modality to make; default: text and image, as far as the items have them");
    private readonly Option<string?> _encoder = Flags.OptionalText("--encoder", string.Join('|', Encoders), $"what encodes; default: {MiniLm} for texts, {ResNet18} for images");
    private readonly Option<string?> _source = Flags.OptionalText(
        "--source", "texts|images", "what to encode; default: texts for the modality text, images for image, else what other options say");

    private readonly Option<string?> _fields = Flags.OptionalText("--fields", "NAME,NAME", "text fields to encode, in this order; default: all");
    private readonly Option<string?> _texts = Flags.OptionalText("--texts", "NAME", "encode the texts in DIR/NAME.jsonl, such as descriptions, instead of the fields");
    private readonly Option<int> _dimensions = Flags.Number("--dimensions", "length of the vectors of tfidf (0 for 384) and endpoint (0 for the model's own)", minimum: 0, otherwise: 0);
    private readonly Option<string?> _instruction = Flags.OptionalText("--instruction", "TEXT", "send 'Instruct: TEXT' and 'Query: ' before each text, for models trained that way");
    private readonly EndpointFlags _server = new("the model, as the server names it, or its .onnx file with --encoder onnx");
    private readonly OnnxFlags _onnx = new();
    private readonly Option<int> _batch = Flags.Number("--batch", "texts in one request", minimum: 1, otherwise: 32);
    private readonly Option<string?> _cache = EncodingOutput.CacheFlag();
    private readonly Option<bool> _replace = new("--replace") { Description = "make a modality again that is already there" };
    private readonly Option<ulong> _seed = Flags.Seed();
    private readonly Option<int> _threads = Flags.Threads();

    public DataEncodeCommand(CliEnvironment environment, CancellationToken cancellationToken)
        : base("encode", "Encode item texts and images as modalities, by models in the process or by a server.", environment, cancellationToken) =>
        Take([
            _data, _modality, _encoder, _source, _fields, _texts, _dimensions, _instruction, .. _server.All, .. _onnx.All, _batch, _cache, _replace, _seed, _threads,
        ]);

    protected override void Execute(ParseResult parsed, Session session)
    {
        ItemTable table = session.OpenItems(parsed.GetRequiredValue(_data));
        EncodingOptions options = Read(parsed);
        IReadOnlyList<EncoderChoice> choices = EncoderChoice.Of(table, options);
        RefuseUnused(parsed, choices, options);
        if (choices.Any(choice => choice.Encoder == EncoderChoice.Endpoint)) options = options with { Endpoint = _server.Read(parsed, session) };
        if (choices.Any(IsKept)) options = options with { CacheFile = session.EncodingCacheFile(parsed.GetValue(_cache)) };

        var encodings = choices.Select(choice => (Choice: choice, Encoding: new FeatureEncoding(table, choice, options))).ToList();
        foreach ((_, FeatureEncoding encoding) in encodings) encoding.Prepare(session.Cancellation);
        var made = new List<EncodedModality>();
        foreach ((EncoderChoice choice, FeatureEncoding encoding) in encodings)
            session.Attempt(() => made.Add(Encode(encoding, choice, table, session)));
        if (made.Count > 0) session.Print(() => ToJson(table, made), console => Print(console, table, made));
    }

    private static EncodedModality Encode(FeatureEncoding encoding, EncoderChoice choice, ItemTable table, Session session)
    {
        string modality = choice.Modality;
        EncodedModality made = EncodingOutput.Follow(session, modality, IsKept(choice), progress => encoding.EncodeAsync(progress, session.Cancellation));
        if (made.IsSkipped) session.Note($"'{modality}' is there already, made by {made.Entry.Encoder}, and is left as it is; --replace makes it anew.");
        else EncodingOutput.NoteFailures(session, table.Directory, modality, $"'{modality}' features", made.Result);
        return made;
    }

    /// <summary>Whether what the encoder gives is kept for later runs.</summary>
    private static bool IsKept(EncoderChoice choice) => choice.Encoder is not (EncoderChoice.Tfidf or EncoderChoice.Histogram);

    private EncodingOptions Read(ParseResult parsed) => new()
    {
        Models = Models(parsed, parsed.GetValue(_threads)),
        Modality = parsed.GetValue(_modality),
        Encoder = parsed.GetValue(_encoder),
        Source = parsed.GetValue(_source),
        Fields = parsed.GetValue(_fields)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
        Texts = parsed.GetValue(_texts),
        Dimensions = parsed.GetValue(_dimensions) is > 0 and var dimensions ? dimensions : null,
        Instruction = parsed.GetValue(_instruction),
        BatchSize = parsed.GetValue(_batch),
        ConcurrentRequests = _server.Parallel(parsed),
        Replace = parsed.GetValue(_replace),
        Seed = parsed.GetValue(_seed),
        Threads = parsed.GetValue(_threads),
    };

    /// <summary>The models in this process to choose from: the two that come along, or the one in a file.</summary>
    private LocalModel[] Models(ParseResult parsed, int threads)
    {
        string? encoder = parsed.GetValue(_encoder);
        if (encoder is not null && !Encoders.Contains(encoder))
            throw new InvalidInputException($"There is no encoder '{encoder}'; expected one of {string.Join(", ", Encoders)}.");
        if (encoder == OnnxModels.OwnName) return [_onnx.Read(parsed, _server.Model(parsed), threads)];
        return [OnnxModels.MiniLm(threads), OnnxModels.ResNet18(threads)];
    }

    private void RefuseUnused(ParseResult parsed, IReadOnlyList<EncoderChoice> choices, EncodingOptions options)
    {
        string[] servers = [EncoderChoice.Endpoint], own = [OnnxModels.OwnName], kept = [MiniLm, ResNet18, .. own, .. servers];
        string[] texts = [MiniLm, EncoderChoice.Tfidf, .. own, .. servers];
        IEnumerable<(Option Option, string[] Encoders)> uses =
        [
            (_fields, texts), (_texts, texts), (_cache, kept),
            .. _server.All.Append(_batch).Select(option => (option, option.Name == "--model" ? [.. own, .. servers] : servers)),
            .. _onnx.All.Select(option => (option, own)),
        ];
        foreach ((Option option, string[] encoders) in uses)
            if (parsed.GetResult(option) is { Implicit: false }) EncoderChoice.RequireUse(option.Name, encoders, choices, options);
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
            ["skipped"] = modality.IsSkipped,
            ["cost"] = EncodingOutput.CostOf(modality.Result),
        })]),
    };

    private static void Print(IAnsiConsole console, ItemTable items, List<EncodedModality> made)
    {
        var table = new TextTable(2, "modality", "encoder", "items", "dimensions", "encoded", "cached", "missing");
        foreach (EncodedModality modality in made)
        {
            EncodingResult result = modality.Result;
            table.Row(
                modality.Name, modality.Entry.Encoder, Figures.Count(result.Items), Figures.Count(modality.Dimensions), Figures.Count(result.Encoded),
                Figures.Count(result.Cached), Figures.Count(modality.Entry.Missing.Count));
        }

        table.PrintTo(console);
        foreach (EncodedModality modality in made) EncodingOutput.PrintCost(console, modality.Name, modality.Result);
        NextSteps.Print(console, items.Directory, NextSteps.Train(items.Directory));
    }
}
