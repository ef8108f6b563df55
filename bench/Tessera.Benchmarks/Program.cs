using System.CommandLine;
using Tessera.Benchmarks;
using Tessera.Benchmarks.Kernels;
using Tessera.Benchmarks.Serving;
using Tessera.Data;

var root = new RootCommand("Measures Tessera against what its work must cost on this machine.")
{
    AdditionsCommand.Create(),
    BehaviorCommand.Create(),
    DimensionsCommand.Create(),
    EncodeCommand.Create(),
    EpochCommand.Create(),
    FoldInCommand.Create(),
    GemmCommand.Create(),
    ImportCommand.Create(),
    InverseCommand.Create(),
    KernelsCommand.Create(),
    KillCommand.Create(),
    ModelsCommand.Create(),
    OpenCommand.Create(),
    RankingCommand.Create(),
    ReportCommand.Create(),
    ServeCommand.Create(),
    RetrainCommand.Create(),
};
try
{
    return root.Parse(args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (InvalidInputException bad)
{
    Console.Error.WriteLine($"error: {bad.Message}");
    return 2;
}
