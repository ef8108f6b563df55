using System.CommandLine;
using System.Text.Json.Nodes;
using Tessera.Cli.Output;
using Tessera.Data;
using Tessera.Data.EventLogs;
using Tessera.Data.Storage;
using Tessera.Encoders.Encodings;
using Tessera.Encoders.Endpoints;

namespace Tessera.Cli.Commands;

/// <summary><c>tessera data describe</c></summary>
internal sealed class DataDescribeCommand : TesseraCommand
{
    private readonly Option<string?> _data = Flags.OptionalText("--data", "DIR", "folder of a data set with items.jsonl");
    private readonly EndpointFlags _server = new();
    private readonly Option<string?> _prompt = Flags.OptionalText("--prompt", "FILE", "what to ask about each image; default: the prompt that --print-prompt shows");
    private readonly Option<int> _maxTokens = Flags.Number("--max-tokens", "most tokens of a description", minimum: 1, otherwise: 512);
    private readonly Option<bool> _completionTokens = new("--send-max-completion-tokens")
    {
        Description = "send --max-tokens as max_completion_tokens, for servers that refuse the usual max_tokens",
    };

    private readonly Option<string?> _cache = EncodingOutput.CacheFlag();
    private readonly Option<bool> _replace = new("--replace") { Description = "make descriptions again that are already there" };
    private readonly Option<bool> _print = new("--print-prompt") { Description = "print the prompt and do nothing else" };

    public DataDescribeCommand(CliEnvironment environment, CancellationToken cancellationToken)
        : base("describe", "Describe item images by a multimodal model, to encode the descriptions as texts.", environment, cancellationToken) =>
        Take([_data, .. _server.All, _prompt, _maxTokens, _completionTokens, _cache, _replace, _print]);

    protected override void Execute(ParseResult parsed, Session session)
    {
        string prompt = parsed.GetValue(_prompt) is { } file ? ReadPrompt(file) : ImageDescription.DefaultPrompt;
        if (parsed.GetValue(_print))
        {
            session.Print(() => new JsonObject { ["prompt"] = prompt }, console => console.Profile.Out.Writer.WriteLine(prompt));
            return;
        }

        string directory = parsed.GetValue(_data) ?? throw new InvalidInputException("There is no --data; expected the folder with the items to describe.");
        EndpointOptions server = _server.Read(parsed, session);
        ItemTable table = session.OpenItems(directory);
        var description = new ImageDescription(table, parsed.GetValue(_replace));
        var options = new EncodingOptions
        {
            Endpoint = server,
            CacheFile = session.EncodingCacheFile(parsed.GetValue(_cache)),
            ConcurrentRequests = _server.Parallel(parsed),
        };
        int maxTokens = parsed.GetValue(_maxTokens);
        EncodingResult result = EncodingOutput.Follow(session, ImageDescription.FileName, resumable: true, progress =>
            description.DescribeAsync(options, prompt, maxTokens, parsed.GetValue(_completionTokens), progress, session.Cancellation));
        EncodingOutput.NoteFailures(session, directory, ImageDescription.FileName, "a description", result);
        EncodingOutput.NoteCut(session, result, maxTokens);
        string path = ItemTextFile.PathOf(directory, ImageDescription.FileName);
        session.Print(
            () => new JsonObject
            {
                ["file"] = path,
                ["items"] = result.Items,
                ["described"] = result.Items - result.Failures.Count,
                ["encoded"] = result.Encoded,
                ["cached"] = result.Cached,
                ["cost"] = EncodingOutput.CostOf(result),
            },
            console =>
            {
                TextWriter writer = console.Profile.Out.Writer;
                writer.WriteLine($"{Figures.Count(result.Items - result.Failures.Count)} of {Figures.Counted(result.Items, "item")} described in {path}");
                EncodingOutput.PrintCost(console, ImageDescription.FileName, result);
                writer.WriteLine($"Encode them: tessera data encode --data {NextSteps.Argument(directory)} --modality image --texts {ImageDescription.FileName} --encoder endpoint --endpoint … --model …");
            });
    }

    private static string ReadPrompt(string file)
    {
        string text = InputFile.ReadText(file).Trim();
        return text.Length > 0 ? text : throw new InvalidInputException($"The prompt in '{file}' is empty; expected what to ask about each image.");
    }
}
