using System.CommandLine;
using Tessera.Benchmarks;

var root = new RootCommand("Measures Tessera against what its work must cost on this machine.")
{
    EpochCommand.Create(),
    GemmCommand.Create(),
    ImportCommand.Create(),
    ModelsCommand.Create(),
    QualityCommand.Create(),
    ReportCommand.Create(),
};
return root.Parse(args).Invoke();
