using System.CommandLine;
using System.Text.Json.Nodes;
using Tessera.Cli.Output;
using Tessera.Data;
using Tessera.Data.EventLogs;
using Tessera.Data.Splitting;

namespace Tessera.Cli.Commands;

/// <summary><c>tessera data split</c></summary>
internal sealed class DataSplitCommand : TesseraCommand
{
    private readonly Option<string> _log = Flags.EventLog();
    private readonly Option<string> _out = Flags.Text("--out", "DIR", "folder for the data set, new or empty");
    private readonly Option<string> _scheme = Flags.Text(
        "--scheme", string.Join('|', KebabCase.All<SplitScheme>()),
        "how to put each user's items in training, validation and test: 8:1:1 at random, the last two by time, 8:1:1 by time, "
        + "8:1:1 by time over all users, a fifth of the items held out entirely, the same with the other items' 8:1:1 at random, or all in training");

    private readonly Option<ulong> _seed = Flags.Seed();

    public DataSplitCommand(CliEnvironment environment, CancellationToken cancellationToken)
        : base("split", "Make a data set to train on from an event log.", environment, cancellationToken) =>
        Take(_log, _out, _scheme, _seed);

    protected override void Execute(ParseResult parsed, Session session)
    {
        SplitScheme scheme = KebabCase.Parse<SplitScheme>("scheme", parsed.GetRequiredValue(_scheme));
        EventLog log = EventLog.Open(parsed.GetRequiredValue(_log));
        string directory = parsed.GetRequiredValue(_out);
        SplitResult result = EventLogSplitter.Run(log, scheme, parsed.GetValue(_seed), directory, session.Cancellation);
        if (result.UntrainedUsers > 0)
            session.Note($"Users with nothing in training, excluded from evaluation: {Figures.Count(result.UntrainedUsers)}.");
        if (result.Untimed > 0)
            session.Note($"Events without a time, which count as earlier than all others: {Figures.Count(result.Untimed)}.");
        if (scheme == SplitScheme.None)
            session.Note("Nothing is held out: training runs a fixed number of epochs, and nothing can be measured.");
        session.Print(
            () => new JsonObject
            {
                ["out"] = directory,
                ["scheme"] = KebabCase.Of(scheme),
                ["before"] = EventLogOutput.ToJson(result.Before),
                ["after"] = DatasetOutput.ToJson(result.Name, result.After),
                ["untrainedUsers"] = result.UntrainedUsers,
            },
            console =>
            {
                EventLogOutput.Print(console, result.Name, ("event log", result.Before));
                DatasetOutput.Print(console, result.Name, result.After);
                NextSteps.Print(console, directory, ItemTable.HasContent(directory)
                    ? NextSteps.Encode(directory)
                    : NextSteps.Train(directory, result.After.Modalities.Count > 0 ? "lirdrec" : "lightgcn"));
            });
    }
}
