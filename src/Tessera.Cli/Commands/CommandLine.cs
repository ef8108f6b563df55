using System.CommandLine;
using System.CommandLine.Invocation;
using Tessera.Models;
using Tessera.Recommendation.Recommenders;

namespace Tessera.Cli.Commands;

/// <summary>The command <c>tessera</c>: parses, calls, prints.</summary>
internal static class CommandLine
{
    private const string Help = "--help";
    private static readonly ParserConfiguration Configuration = new() { ResponseFileTokenReplacer = null };

    /// <summary>Runs one command and returns its <see cref="ExitCode"/>.</summary>
    public static int Run(string[] args, CliEnvironment environment, CancellationToken cancellationToken)
    {
        TextWriter error = environment.Error.Profile.Out.Writer;
        ParseResult parsed = Parse(Create(environment, cancellationToken), args);
        if (ParseFailure.Describe(parsed) is { } sentence)
        {
            error.WriteLine($"error: {VisibleText.Line(sentence)}");
            error.WriteLine($"See '{ParseFailure.PathOf(parsed.CommandResult)} --help'.");
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
    internal static RootCommand Create(CliEnvironment environment, CancellationToken cancellationToken)
    {
        ModelCatalog models = ModelCatalog.Of(typeof(LirdRec).Assembly);
        return new RootCommand("Multimodal recommendation: train, evaluate and use models that learn from what items look, read and sound like.")
        {
            new DemoCommand(models, environment, cancellationToken),
            new TrainCommand(models, environment, cancellationToken),
            new EvaluateCommand(environment, cancellationToken),
            new ReportCommand(environment, cancellationToken),
            new RecommendCommand(environment, cancellationToken),
            new SimilarCommand(environment, cancellationToken),
            new Command("items", "Add items to a finished run, and take items out.")
            {
                new ItemsAddCommand(models, environment, cancellationToken),
                new ItemsRemoveCommand(models, environment, cancellationToken),
            },
            new ExportCommand(environment, cancellationToken),
            new ServeCommand(environment, cancellationToken),
            new Command("data", "Make data sets from raw event logs, and inspect them.")
            {
                new DataImportCommand(environment, cancellationToken),
                new DataFilterCommand(environment, cancellationToken),
                new DataSplitCommand(environment, cancellationToken),
                new DataDescribeCommand(environment, cancellationToken),
                new DataEncodeCommand(environment, cancellationToken),
                new DataStatsCommand(environment, cancellationToken),
            },
            new TuneCommand(models, environment, cancellationToken),
            new Command("study", "Ask of any data what LIRDRec's paper asks, by trainings that are kept, and report what was found.")
            {
                new StudyListCommand(environment, cancellationToken),
                new StudyRunCommand(environment, cancellationToken),
            },
            new ModelsCommand(models, environment, cancellationToken),
        };
    }

    /// <summary>Parses; a group of commands by itself, and <c>help</c> before a command, ask for help.</summary>
    private static ParseResult Parse(RootCommand root, string[] args)
    {
        if (args is ["help", .. var asked]) args = [.. asked, Help];
        ParseResult parsed = root.Parse(args, Configuration);
        bool isGroup = parsed.CommandResult.Command.Subcommands.Count > 0 && parsed.CommandResult.Tokens.Count == 0 && parsed.UnmatchedTokens.Count == 0;
        return isGroup && parsed.Action is null or ParseErrorAction ? root.Parse([.. args, Help], Configuration) : parsed;
    }
}
