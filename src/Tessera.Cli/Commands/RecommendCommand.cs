using System.CommandLine;
using System.Text.Json.Nodes;
using Spectre.Console;
using Tessera.Cli.Output;
using Tessera.Compute.Devices;
using Tessera.Data;
using Tessera.Recommendation.Runs;

namespace Tessera.Cli.Commands;

/// <summary><c>tessera recommend</c></summary>
internal sealed class RecommendCommand : TesseraCommand
{
    private readonly Option<string> _run = Flags.Run();
    private readonly Option<string?> _user = Flags.OptionalText("--user", "ID", "the user's id, or number where the data has no ids");
    private readonly Option<string?> _users = Flags.OptionalText("--users", "FILE", "users to recommend to, one id a line; needs --out");
    private readonly Option<bool> _allUsers = new("--all-users") { Description = "recommend to every user of the run; needs --out" };
    private readonly Option<int> _count = Flags.Count();
    private readonly Option<string?> _out = Flags.OptionalText("--out", "FILE.csv|.jsonl|.parquet", "file to write the recommendations to");
    private readonly ItemSelectionFlags _items = new();
    private readonly Option<int> _threads = Flags.Threads();

    public RecommendCommand(CliEnvironment environment, CancellationToken cancellation)
        : base("recommend", "Recommend items to a user, with each modality's part in the score, or to many users into a file.", environment, cancellation) =>
        Take([_run, _user, _users, _allUsers, _count, _out, .. _items.All, _threads]);

    protected override void Execute(ParseResult parsed, Session session)
    {
        string? file = parsed.GetValue(_out);
        if (file is not null) RankingFile.Check(file);
        RefuseOtherThanOne(parsed, file);
        using TrainedRun run = TrainedRun.Open(parsed.GetRequiredValue(_run));
        int[] users = parsed.GetValue(_user) is { } id ? [run.FindUser(id)]
            : parsed.GetValue(_users) is { } list ? [.. IdList.ReadUsers(list, run)]
            : [.. Enumerable.Range(0, run.UserCount)];
        ItemSelection selection = _items.Read(parsed, run, session);
        using var device = new Device(parsed.GetValue(_threads));
        IEnumerable<UserRanking> rankings = run.Rank(users, parsed.GetValue(_count), selection, device, session.Cancellation);
        var notes = new RankingNotes(run, parsed.GetValue(_count), selection);
        if (file is null) Print(run, notes.Watch(rankings).Single(), session);
        else Write(run, notes, rankings, file, session);
        foreach (string note in notes.Sentences()) session.Note(note);
    }

    private void RefuseOtherThanOne(ParseResult parsed, string? file)
    {
        int given = (parsed.GetValue(_user) is null ? 0 : 1) + (parsed.GetValue(_users) is null ? 0 : 1) + (parsed.GetValue(_allUsers) ? 1 : 0);
        if (given != 1)
            throw new InvalidInputException($"{(given == 0 ? "No user is" : "Users are")} named{(given == 0 ? "" : " in two ways")}; expected one of --user ID, --users FILE and --all-users.");
        if (file is null && parsed.GetValue(_user) is null)
            throw new InvalidInputException("Recommendations for many users need a file; expected --out FILE.csv, FILE.jsonl or FILE.parquet.");
    }

    private static void Write(TrainedRun run, RankingNotes notes, IEnumerable<UserRanking> rankings, string file, Session session)
    {
        new RankingFile(run).Write(file, notes.Watch(rankings));
        session.Print(
            () => new JsonObject
            {
                ["model"] = run.Model,
                ["out"] = file,
                ["users"] = notes.Users,
                ["recommendations"] = notes.Items,
                ["popular"] = notes.Popular,
                ["fewer"] = notes.Fewer,
            },
            console => console.WriteLine($"{Figures.Counted(notes.Items, "recommendation")} for {Figures.Counted(notes.Users, "user")} in {file}"));
    }

    private static void Print(TrainedRun run, UserRanking ranking, Session session)
    {
        string user = run.UserName(ranking.User);
        IReadOnlyList<RankedItem> items = run.Describe(ranking);
        IReadOnlyDictionary<string, float> weights = ranking.IsPopular ? new Dictionary<string, float>() : run.ChunkWeights(ranking.User);
        session.Print(
            () =>
            {
                var json = new JsonObject { ["model"] = run.Model, ["user"] = user };
                if (ranking.IsPopular) json["reason"] = RankedItem.Popular;
                if (weights.Count > 0) json["weights"] = RankingOutput.ToJson(weights);
                json["items"] = RankingOutput.ToJson(items);
                return json;
            },
            console =>
            {
                console.Profile.Out.Writer.WriteLine(ranking.IsPopular
                    ? $"User {user} has nothing in training, so these are the popular items"
                    : $"User {user}{(weights.Count > 0 ? $" relies on {RankingOutput.Weights(weights)}" : "")}");
                RankingOutput.Print(console, items);
            });
    }
}
