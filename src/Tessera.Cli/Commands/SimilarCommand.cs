using System.CommandLine;
using System.Text.Json.Nodes;
using Tessera.Cli.Output;
using Tessera.Data;
using Tessera.Recommendation.Runs;

namespace Tessera.Cli.Commands;

/// <summary><c>tessera similar</c></summary>
internal sealed class SimilarCommand : TesseraCommand
{
    private const string NoneLeft = "no other item is left";
    private readonly Option<string> _run = Flags.Run();
    private readonly Option<string?> _item = Flags.OptionalText("--item", "ID", "find items whose learned vectors are like this one's: its id, or number where the data has no ids");
    private readonly TextSearch _search = new();
    private readonly Option<int> _count = Flags.Count();

    public SimilarCommand(CliEnvironment environment, CancellationToken cancellationToken)
        : base("similar", "Find the items most like an item, by their learned vectors, or like a text, by their features, by cosine similarity.", environment, cancellationToken) =>
        Take([_run, _item, .. _search.All, _count]);

    protected override void Execute(ParseResult parsed, Session session)
    {
        (string? id, string? text, int count) = (parsed.GetValue(_item), _search.Text(parsed), parsed.GetValue(_count));
        if (id is null == text is null)
            throw new InvalidInputException($"{(id is null ? "Neither an item nor a text is" : "Both an item and a text are")} given; expected one of --item ID and --text TEXT.");
        _search.RefuseUnused(parsed);
        using TrainedRun run = TrainedRun.Open(parsed.GetRequiredValue(_run));
        if (id is not null)
        {
            Print(session, run, $"Items like {id}", run.Similar(run.FindItem(id), count), new JsonObject { ["item"] = id },
                run.Config.IsItemBased ? $"by the model, {run.Model}, having this one adds to the score of no other" : NoneLeft);
        }
        else
        {
            (string modality, IReadOnlyList<RankedItem> items) = _search.Find(run, parsed, session, count);
            Print(session, run, $"Items like '{text}', by {modality}", items, new JsonObject { ["text"] = text, ["modality"] = modality }, NoneLeft);
        }
    }

    /// <param name="none">Why there may be no items.</param>
    private static void Print(Session session, TrainedRun run, string heading, IReadOnlyList<RankedItem> items, JsonObject json, string none) => session.Print(
        () =>
        {
            json.Insert(0, "model", run.Model);
            json["items"] = RankingOutput.ToJson(items);
            return json;
        },
        console =>
        {
            if (items.Count == 0)
            {
                console.Profile.Out.Writer.WriteLine($"{heading}: none, for {none}");
                return;
            }

            console.Profile.Out.Writer.WriteLine(heading);
            RankingOutput.Print(console, items);
        });
}
