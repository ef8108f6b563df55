using System.CommandLine;
using Tessera.Cli.Output;
using Tessera.Compute.Devices;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Recommendation.Graphs;

namespace Tessera.Cli.Commands;

/// <summary><c>tessera data stats</c></summary>
internal sealed class DataStatsCommand : TesseraCommand
{
    private readonly Option<string> _data = Flags.Data();

    public DataStatsCommand(CliEnvironment environment, CancellationToken cancellationToken)
        : base("stats", "Check a data set, count it, and look at its features.", environment, cancellationToken) =>
        Take(_data);

    protected override void Execute(ParseResult parsed, Session session)
    {
        Dataset data = session.ReadData(parsed.GetRequiredValue(_data));
        DatasetStatistics statistics = DatasetStatistics.Of(data);
        using var device = new Device();
        IReadOnlyList<ModalityProfile> profiles = ModalityProfile.Of(data.Modalities, data.Train, device, session.Cancellation);
        ModalityOutput.NoteUnusual(session, profiles);
        session.Print(
            () => DatasetOutput.ToJson(data.Name, statistics, profiles), console => DatasetOutput.Print(console, data.Name, statistics, profiles));
    }
}
