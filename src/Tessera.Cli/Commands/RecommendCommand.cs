using System.CommandLine;
using System.Text.Json.Nodes;
using Tessera.Cli.Output;
using Tessera.Recommendation.Runs;

namespace Tessera.Cli.Commands;

/// <summary><c>tessera recommend</c></summary>
internal sealed class RecommendCommand : TesseraCommand
{
    private readonly Option<string> _run = Flags.Run();
    private readonly Option<string> _user = Flags.Text("--user", "ID", "the user's id, or number where the data has no ids");
    private readonly Option<int> _count = Flags.Count();

    public RecommendCommand(CliEnvironment environment, CancellationToken cancellation)
        : base("recommend", "Recommend items to a user, with each modality's part in the score.", environment, cancellation) =>
        Take(_run, _user, _count);

    protected override void Execute(ParseResult parsed, Session session)
    {
        using TrainedRun run = TrainedRun.Open(parsed.GetRequiredValue(_run));
        string id = parsed.GetRequiredValue(_user);
        int user = run.FindUser(id);
        IReadOnlyList<RankedItem> items = run.Recommend(user, parsed.GetValue(_count));
        IReadOnlyDictionary<string, float> weights = run.ChunkWeights(user);
        session.Print(
            () =>
            {
                var json = new JsonObject { ["model"] = run.Model, ["user"] = id };
                if (weights.Count > 0) json["weights"] = RankingOutput.ToJson(weights);
                json["items"] = RankingOutput.ToJson(items);
                return json;
            },
            console =>
            {
                console.Profile.Out.Writer.WriteLine($"User {id}{(weights.Count > 0 ? $" relies on {RankingOutput.Weights(weights)}" : "")}");
                RankingOutput.Print(console, items);
            });
    }
}
