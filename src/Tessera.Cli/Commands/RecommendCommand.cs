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
    private readonly Option<string?> _liked = Flags.OptionalText("--liked", "ID,ID", "items that a visitor without a name likes, to recommend by");
    private readonly Option<bool> _allUsers = new("--all-users") { Description = "recommend to every user of the run; needs --out" };
    private readonly Option<int> _count = Flags.Count();
    private readonly Option<string?> _out = Flags.OptionalText("--out", "FILE.csv|.jsonl|.parquet", "file to write the recommendations to");
    private readonly ItemSelectionFlags _items = new();
    private readonly Option<int> _threads = Flags.Threads();

    public RecommendCommand(CliEnvironment environment, CancellationToken cancellationToken)
        : base("recommend", "Recommend items to a user or a visitor, with each modality's part in the score, or to many users into a file.", environment, cancellationToken) =>
        Take([_run, _user, _liked, _users, _allUsers, _count, _out, .. _items.All, _threads]);

    protected override void Execute(ParseResult parsed, Session session)
    {
        string? file = parsed.GetValue(_out);
        if (file is not null) RankingFile.Check(file);
        RefuseOtherThanOne(parsed, file);
        using TrainedRun opened = TrainedRun.Open(parsed.GetRequiredValue(_run));
        string[]? liked = parsed.GetValue(_liked)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        (TrainedRun run, int visitor) = liked is null ? (opened, -1) : opened.WithEvents(user: null, liked.Select(opened.FindItem).ToArray());
        int[] users = liked is not null ? [visitor]
            : parsed.GetValue(_user) is { } id ? [run.FindUser(id)]
            : parsed.GetValue(_users) is { } list ? [.. IdList.ReadUsers(list, run)]
            : [.. Enumerable.Range(0, run.UserCount)];
        ItemSelection selection = _items.Read(parsed, run, session);
        using var device = new Device(parsed.GetValue(_threads));
        IEnumerable<UserRanking> rankings = run.Rank(users, parsed.GetValue(_count), selection, device, session.Cancellation);
        var notes = new RankingNotes(run, parsed.GetValue(_count), selection);
        if (file is null) Print(run, notes.Watch(rankings).Single(), liked, session);
        else Write(run, notes, rankings, file, session);
        foreach (string note in notes.Sentences()) session.Note(note);
    }

    private void RefuseOtherThanOne(ParseResult parsed, string? file)
    {
        int given = new[] { _user, _liked, _users }.Count(option => parsed.GetValue(option) is not null) + (parsed.GetValue(_allUsers) ? 1 : 0);
        if (given != 1)
            throw new InvalidInputException($"{(given == 0 ? "No user is" : "Users are")} named{(given == 0 ? "" : " in two ways")}; expected one of --user ID, --liked ID,ID, --users FILE and --all-users.");
        if (file is not null && parsed.GetValue(_liked) is not null)
            throw new InvalidInputException("--out is for users, and a visitor has no name to be written there; expected --liked without it (--json gives a program the same).");
        if (file is null && parsed.GetValue(_user) is null && parsed.GetValue(_liked) is null)
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

    private static void Print(TrainedRun run, UserRanking ranking, string[]? liked, Session session)
    {
        string who = liked is null ? $"User {run.UserId(ranking.User)}" : $"A visitor who likes {string.Join(", ", liked)}";
        IReadOnlyList<RankedItem> items = run.Describe(ranking);
        IReadOnlyDictionary<string, double> shares = RankingOutput.SharesOf(items);
        session.Print(
            () =>
            {
                var json = new JsonObject { ["model"] = run.Model };
                if (liked is null) json["user"] = run.UserId(ranking.User);
                else json["liked"] = new JsonArray([.. liked.Select(item => JsonValue.Create(item))]);
                if (ranking.IsPopular) json["reason"] = RankedItem.Popular;
                if (shares.Count > 0) json["shares"] = new JsonObject(shares.Select(share => KeyValuePair.Create(share.Key, (JsonNode?)share.Value)));
                json["items"] = RankingOutput.ToJson(items);
                return json;
            },
            console =>
            {
                console.Profile.Out.Writer.WriteLine(ranking.IsPopular
                    ? $"{who} has {RankingNotes.NothingIn(run)}, so these are the popular items"
                    : shares.Count > 0 ? $"{who}: {RankingOutput.Percentages(shares)} of these scores" : who);
                RankingOutput.Print(console, items);
            });
    }
}
