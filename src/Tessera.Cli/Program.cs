using Tessera.Cli;
using Tessera.Cli.Commands;

using var interruption = new Interruption();
return CommandLine.Run(args, CliEnvironment.OfProcess(), interruption.Token);
