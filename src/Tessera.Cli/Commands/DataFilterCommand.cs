using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Tessera.Cli.Output;
using Tessera.Data;
using Tessera.Data.EventLogs;
using Tessera.Data.Filtering;

namespace Tessera.Cli.Commands;

/// <summary><c>tessera data filter</c></summary>
internal sealed class DataFilterCommand : TesseraCommand
{
    private readonly Option<string> _log = Flags.EventLog();
    private readonly Option<string> _out = Flags.Text("--out", "DIR", "folder for the filtered event log, new or empty");
    private readonly Option<int> _kCore = Flags.Number(
        "--k-core", "keep only users with at least N items and items with at least N users, counted among those kept; 1 keeps all", minimum: 1, otherwise: 1);

    private readonly Option<string?> _minRating = Flags.OptionalText("--min-rating", "RATING", "lowest rating to keep; without it, events without a rating are kept, too");
    private readonly Option<string?> _from = Flags.OptionalText("--from", "YYYY-MM-DD", "first day to keep, UTC; events without a time are dropped");
    private readonly Option<string?> _to = Flags.OptionalText("--to", "YYYY-MM-DD", "last day to keep, UTC; events without a time are dropped");
    private readonly Option<bool> _keepItems = new("--keep-items")
    {
        Description = "keep items that the limits leave without an event as cold items, if they have texts, an image or features",
    };

    public DataFilterCommand(CliEnvironment environment, CancellationToken cancellationToken)
        : base("filter", "Keep the events of an event log within limits, one for each user and item: the earliest.", environment, cancellationToken) =>
        Take(_log, _out, _kCore, _minRating, _from, _to, _keepItems);

    protected override void Execute(ParseResult parsed, Session session)
    {
        var options = new FilterOptions
        {
            KCore = parsed.GetValue(_kCore),
            MinimumRating = parsed.GetValue(_minRating) is { } rating ? ParseRating(rating) : null,
            From = ParseDay(_from.Name, parsed.GetValue(_from)),
            To = ParseDay(_to.Name, parsed.GetValue(_to)),
            KeepItems = parsed.GetValue(_keepItems),
        };
        EventLog log = EventLog.Open(parsed.GetRequiredValue(_log));
        string directory = parsed.GetRequiredValue(_out);
        FilterResult result = EventLogFilter.Run(log, options, directory, new Rounds(session), session.Cancellation);
        if (result.Untimed > 0) session.Note($"Events without a time, which are on no day and were dropped: {Figures.Count(result.Untimed)}.");
        if (result.EmptiedItems > 0) session.Note(Emptied(result, options.KeepItems));
        session.Print(
            () => new JsonObject
            {
                ["name"] = log.Name,
                ["out"] = directory,
                ["rounds"] = result.Rounds,
                ["before"] = EventLogOutput.ToJson(result.Before),
                ["after"] = EventLogOutput.ToJson(result.After),
                ["emptiedItems"] = result.EmptiedItems,
                ["coldItems"] = options.KeepItems ? result.DescribedItems : 0,
            },
            console =>
            {
                EventLogOutput.Print(console, log.Name, ("before", result.Before), ("after", result.After));
                NextSteps.Print(console, directory, NextSteps.Split(directory));
            });
    }

    private static string Emptied(FilterResult result, bool kept)
    {
        string items = $"{Figures.Count(result.EmptiedItems)} {(result.EmptiedItems == 1 ? "item has" : "items have")} no event that is kept";
        string described = Figures.Count(result.DescribedItems);
        return kept
            ? $"{items}; the {described} with a record stay as cold items, the others were dropped"
            : $"{items} and {(result.EmptiedItems == 1 ? "was" : "were")} dropped; --keep-items keeps those with a record ({described}) as cold items";
    }

    private static float ParseRating(string text) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float rating) && float.IsFinite(rating)
            ? rating
            : throw new InvalidInputException($"--min-rating is '{text}'; expected a number, such as 4 or 3.5.");

    private static DateOnly? ParseDay(string option, string? text)
    {
        if (text is null) return null;
        return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day)
            ? day
            : throw new InvalidInputException($"{option} is '{text}'; expected a day such as 2014-07-23.");
    }

    private sealed class Rounds(Session session) : IProgress<FilterRound>
    {
        public void Report(FilterRound value) =>
            session.Note($"pass {value.Round}: {Figures.Counted(value.Users, "user")} and {Figures.Counted(value.Items, "item")} are left");
    }
}
