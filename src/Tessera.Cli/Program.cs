using Tessera.Cli;
using Tessera.Cli.Commands;

using var interruption = new Interruption();
var environment = CliEnvironment.OfProcess();
return environment.Conclude(CommandLine.Run(args, environment, interruption.Token));
