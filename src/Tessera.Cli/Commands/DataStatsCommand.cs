using System.CommandLine;
using Tessera.Cli.Output;
using Tessera.Data;
using Tessera.Data.DatasetFolder;

namespace Tessera.Cli.Commands;

/// <summary><c>tessera data stats</c></summary>
internal sealed class DataStatsCommand : TesseraCommand
{
    private readonly Option<string> _data = Flags.Data();

    public DataStatsCommand(CliEnvironment environment, CancellationToken cancellation)
        : base("stats", "Check a data set and count it.", environment, cancellation) =>
        Take(_data);

    protected override void Execute(ParseResult parsed, Session session)
    {
        Dataset data = session.ReadData(parsed.GetRequiredValue(_data));
        DatasetStatistics statistics = DatasetStatistics.Of(data);
        session.Print(() => DatasetOutput.ToJson(data.Name, statistics), console => DatasetOutput.Print(console, data.Name, statistics));
    }
}
