using Tessera.Cli;

using var interruption = new Interruption();
return CommandLine.Run(args, CliEnvironment.OfProcess(), interruption.Token);
