using System.CommandLine;
using System.CommandLine.Parsing;
using Tessera.Cli.Commands;
using Tessera.Models;
using Tessera.Recommendation;

namespace Tessera.Cli;

/// <summary>The command <c>tessera</c>: parses, calls, prints.</summary>
internal static class CommandLine
{
    /// <summary>Runs one command and returns its <see cref="ExitCode"/>.</summary>
    public static int Run(string[] args, Surroundings surroundings, CancellationToken cancellation)
    {
        TextWriter error = surroundings.Error.Profile.Out.Writer;
        ParseResult parsed = Create(surroundings, cancellation).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            foreach (string message in parsed.Errors.Select(e => e.Message).Distinct()) error.WriteLine($"error: {message}");
            error.WriteLine($"See '{PathOf(parsed.CommandResult)} --help'.");
            return ExitCode.BadInput;
        }

        return parsed.Invoke(new InvocationConfiguration
        {
            Output = surroundings.Out.Profile.Out.Writer,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        });
    }

    /// <summary>The commands and their options.</summary>
    internal static RootCommand Create(Surroundings surroundings, CancellationToken cancellation)
    {
        ModelCatalog models = ModelCatalog.Of(typeof(LirdRec).Assembly);
        return new RootCommand("Multimodal recommendation: train, evaluate and use models that learn from what items look, read and sound like.")
        {
            new DemoCommand(models, surroundings, cancellation),
            new TrainCommand(models, surroundings, cancellation),
            new EvaluateCommand(surroundings, cancellation),
            new RecommendCommand(surroundings, cancellation),
            new SimilarCommand(surroundings, cancellation),
            new Command("data", "Make data sets of raw catalogues, and look at them.")
            {
                new DataImportCommand(surroundings, cancellation),
                new DataFilterCommand(surroundings, cancellation),
                new DataSplitCommand(surroundings, cancellation),
                new DataDescribeCommand(surroundings, cancellation),
                new DataEncodeCommand(surroundings, cancellation),
                new DataStatsCommand(surroundings, cancellation),
            },
            new ModelsCommand(models, surroundings, cancellation),
        };
    }

    private static string PathOf(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{PathOf(parent)} {result.Command.Name}" : "tessera";
}
