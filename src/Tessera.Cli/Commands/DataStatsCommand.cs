using System.CommandLine;
using Tessera.Cli.Output;
using Tessera.Recommendation.Data;

namespace Tessera.Cli.Commands;

/// <summary><c>tessera data stats</c></summary>
internal sealed class DataStatsCommand : TesseraCommand
{
    private readonly Option<string> _data = Flags.Data();

    public DataStatsCommand(Surroundings surroundings, CancellationToken cancellation)
        : base("stats", "Check a data set and count it.", surroundings, cancellation) =>
        Take(_data);

    protected override void Execute(ParseResult parsed, Session session)
    {
        Dataset data = session.ReadData(parsed.GetRequiredValue(_data));
        DatasetStatistics statistics = DatasetStatistics.Of(data);
        session.Print(() => DatasetOutput.ToJson(data.Name, statistics), console => DatasetOutput.Print(console, data.Name, statistics));
    }
}
