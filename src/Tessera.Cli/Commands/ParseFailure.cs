using System.CommandLine;
using System.CommandLine.Parsing;
using Tessera.Recommendation.Options;

namespace Tessera.Cli.Commands;

/// <summary>What is wrong with a command line, in one sentence: the first thing that nobody knows, with the name that was probably meant, else the first error.</summary>
internal static class ParseFailure
{
    /// <summary>The sentence; null where nothing is wrong.</summary>
    public static string? Describe(ParseResult parsed) => parsed.Errors.Count == 0 ? null
        : parsed.UnmatchedTokens.Count > 0 ? Unknown(parsed.CommandResult, parsed.UnmatchedTokens[0])
        : Missing(parsed) is { Length: > 1 } missing ? $"Options {string.Join(", ", missing[..^1])} and {missing[^1]} are required."
        : parsed.Errors[0].Message;

    /// <summary>The command with those above it, as it is typed.</summary>
    public static string PathOf(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{PathOf(parent)} {result.Command.Name}" : "tessera";

    private static string[] Missing(ParseResult parsed) =>
        [.. parsed.CommandResult.Command.Options.Where(option => option.Required && parsed.GetResult(option) is not { IdentifierToken: not null }).Select(option => $"'{option.Name}'")];

    private static string Unknown(CommandResult result, string token)
    {
        Command command = result.Command;
        string path = PathOf(result), name = token.Split('=')[0];
        if (token.StartsWith('-')) return $"'{path}' has no option '{name}'{Hint(name, command.Options.Select(option => option.Name), "")}";
        if (command.Subcommands.Count == 0) return $"'{path}' takes no '{token}'; expected options, such as {command.Options[0].Name} {command.Options[0].HelpName}.";
        string[] commands = [.. command.Subcommands.Select(one => one.Name)];
        return $"'{path}' has no command '{token}'{Hint(token, commands, $"expected one of {string.Join(", ", commands)}")}";
    }

    private static string Hint(string given, IEnumerable<string> known, string otherwise) =>
        NearestName.Find(given, known) is { } nearest ? $"; did you mean '{nearest}'?" : $"{(otherwise.Length > 0 ? "; " : "")}{otherwise}.";
}
