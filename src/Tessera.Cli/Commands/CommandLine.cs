using System.CommandLine;
using System.CommandLine.Parsing;
using Tessera.Models;
using Tessera.Recommendation.Recommenders;

namespace Tessera.Cli.Commands;

/// <summary>The command <c>tessera</c>: parses, calls, prints.</summary>
internal static class CommandLine
{
    /// <summary>Runs one command and returns its <see cref="ExitCode"/>.</summary>
    public static int Run(string[] args, CliEnvironment environment, CancellationToken cancellation)
    {
        TextWriter error = environment.Error.Profile.Out.Writer;
        ParseResult parsed = Create(environment, cancellation).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            foreach (string message in parsed.Errors.Select(e => e.Message).Distinct()) error.WriteLine($"error: {VisibleText.Line(message)}");
            error.WriteLine($"See '{PathOf(parsed.CommandResult)} --help'.");
            return ExitCode.BadInput;
        }

        return parsed.Invoke(new InvocationConfiguration
        {
            Output = environment.Out.Profile.Out.Writer,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        });
    }

    /// <summary>The commands and their options.</summary>
    internal static RootCommand Create(CliEnvironment environment, CancellationToken cancellation)
    {
        ModelCatalog models = ModelCatalog.Of(typeof(LirdRec).Assembly);
        return new RootCommand("Multimodal recommendation: train, evaluate and use models that learn from what items look, read and sound like.")
        {
            new DemoCommand(models, environment, cancellation),
            new TrainCommand(models, environment, cancellation),
            new EvaluateCommand(environment, cancellation),
            new RecommendCommand(environment, cancellation),
            new SimilarCommand(environment, cancellation),
            new ExportCommand(environment, cancellation),
            new Command("data", "Make data sets from raw event logs, and inspect them.")
            {
                new DataImportCommand(environment, cancellation),
                new DataFilterCommand(environment, cancellation),
                new DataSplitCommand(environment, cancellation),
                new DataDescribeCommand(environment, cancellation),
                new DataEncodeCommand(environment, cancellation),
                new DataStatsCommand(environment, cancellation),
            },
            new ModelsCommand(models, environment, cancellation),
        };
    }

    private static string PathOf(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{PathOf(parent)} {result.Command.Name}" : "tessera";
}
