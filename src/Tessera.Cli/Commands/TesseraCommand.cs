using System.CommandLine;

namespace Tessera.Cli.Commands;

/// <summary>A command with the options all commands share; what it throws becomes a sentence and an exit code.</summary>
internal abstract class TesseraCommand : Command
{
    private readonly Option<bool> _json = new("--json") { Description = "print the result as one JSON object; everything else goes to standard error" };
    private readonly Option<bool> _verbose = new("--verbose") { Description = "show where an error happened" };

    protected TesseraCommand(string name, string description, CliEnvironment environment, CancellationToken cancellationToken)
        : base(name, description) =>
        SetAction(parsed =>
            new Session(environment, parsed.GetValue(_json), parsed.GetValue(_verbose), cancellationToken).Run(session => Execute(parsed, session)));

    /// <summary>Declares the command's own options, in the order of its help, before the shared ones.</summary>
    protected void Take(params ReadOnlySpan<Option> options)
    {
        foreach (Option option in options) Options.Add(option);
        Options.Add(_json);
        Options.Add(_verbose);
    }

    /// <summary>Does the work.</summary>
    protected abstract void Execute(ParseResult parsed, Session session);
}
