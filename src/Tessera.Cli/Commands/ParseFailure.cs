using System.CommandLine;
using System.CommandLine.Parsing;
using Tessera.Recommendation.Options;

namespace Tessera.Cli.Commands;

/// <summary>What is wrong with a command line, in one sentence: the first thing that nobody knows, with the name that was probably meant, else the first error.</summary>
internal static class ParseFailure
{
    /// <summary>The sentence; null where nothing is wrong.</summary>
    public static string? Describe(ParseResult parsed) => IsNoCommand(parsed) || (parsed.Errors.Count > 0 && parsed.UnmatchedTokens.Count > 0) ? Unknown(parsed)
        : parsed.Errors.Count == 0 ? null
        : Missing(parsed) is { Length: > 1 } missing ? $"Options {string.Join(", ", missing[..^1])} and {missing[^1]} are required."
        : parsed.Errors[0].Message;

    /// <summary>The command with those above it, as it is typed.</summary>
    public static string PathOf(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{PathOf(parent)} {result.Command.Name}" : "tessera";

    private static string[] Missing(ParseResult parsed) =>
        [.. parsed.CommandResult.Command.Options.Where(option => option.Required && parsed.GetResult(option) is not { IdentifierToken: not null }).Select(option => $"'{option.Name}'")];

    /// <summary>Whether a command is named that a group does not have, which is wrong even where help is asked for.</summary>
    private static bool IsNoCommand(ParseResult parsed) => parsed.UnmatchedTokens.Count > 0 && parsed.CommandResult.Command.Subcommands.Count > 0;

    private static string Unknown(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        string token = parsed.UnmatchedTokens[0], path = PathOf(parsed.CommandResult), name = token.Split('=')[0];
        if (command is TrainCommand train && train.SettingOf(name) is { } setting)
        {
            string value = token.Contains('=', StringComparison.Ordinal) ? token[(name.Length + 1)..]
                : parsed.UnmatchedTokens.ElementAtOrDefault(1) is { } next && !next.StartsWith("--", StringComparison.Ordinal) ? next : "VALUE";
            return $"'{path}' has no option '{name}', for {setting} is a setting; expected --set {setting}={value}.";
        }

        if (token.StartsWith('-')) return $"'{path}' has no option '{name}'{Hint(name, command.Options.Select(option => option.Name), "")}";
        if (command.Subcommands.Count == 0) return $"'{path}' takes no '{token}'; expected options, such as {command.Options[0].Name} {command.Options[0].HelpName}.";
        string[] commands = [.. command.Subcommands.Select(one => one.Name)];
        return $"'{path}' has no command '{token}'{Hint(token, commands, $"expected one of {string.Join(", ", commands)}")}";
    }

    private static string Hint(string given, IEnumerable<string> known, string otherwise) =>
        NearestName.Find(given, known) is { } nearest ? $"; did you mean '{nearest}'?" : $"{(otherwise.Length > 0 ? "; " : "")}{otherwise}.";
}
