using System.CommandLine;
using System.Text.Json.Nodes;
using Tessera.Cli.Output;
using Tessera.Recommendation.Runs;

namespace Tessera.Cli.Commands;

/// <summary><c>tessera similar</c></summary>
internal sealed class SimilarCommand : TesseraCommand
{
    private readonly Option<string> _run = Flags.Run();
    private readonly Option<string> _item = Flags.Text("--item", "ID", "the item's id, or number where the data has no ids");
    private readonly Option<int> _count = Flags.Count();

    public SimilarCommand(CliEnvironment environment, CancellationToken cancellation)
        : base("similar", "Find the items most like an item, by cosine similarity of their learned vectors.", environment, cancellation) =>
        Take(_run, _item, _count);

    protected override void Execute(ParseResult parsed, Session session)
    {
        using TrainedRun run = TrainedRun.Open(parsed.GetRequiredValue(_run));
        string id = parsed.GetRequiredValue(_item);
        IReadOnlyList<RankedItem> items = run.Similar(run.FindItem(id), parsed.GetValue(_count));
        session.Print(
            () => new JsonObject { ["model"] = run.Model, ["item"] = id, ["items"] = RankingOutput.ToJson(items) },
            console =>
            {
                console.Profile.Out.Writer.WriteLine($"Items like {id}");
                RankingOutput.Print(console, items);
            });
    }
}
