using System.CommandLine;
using Tessera.Cli.Output;
using Tessera.Data;
using Tessera.Recommendation.Runs;

namespace Tessera.Cli.Commands;

/// <summary>Which items <c>tessera recommend</c> may recommend.</summary>
internal sealed class ItemSelectionFlags
{
    private readonly Option<string?> _exclude = Flags.OptionalText("--exclude", "ID,ID", "items not to recommend");
    private readonly Option<string?> _excludeFile = Flags.OptionalText("--exclude-file", "FILE", "items not to recommend, one id a line");
    private readonly Option<string?> _onlyFile = Flags.OptionalText("--only-file", "FILE", "the only items to recommend, one id a line");
    private readonly Option<bool> _includeKnown = new("--include-known") { Description = "recommend items that a user has already, too" };

    public IReadOnlyList<Option> All => [_exclude, _excludeFile, _onlyFile, _includeKnown];

    /// <summary>The items allowed; ids in a file that are not the run's are noted and left out.</summary>
    /// <exception cref="InvalidInputException">An id of <c>--exclude</c>, or all ids of a file, are not the run's.</exception>
    public ItemSelection Read(ParseResult parsed, TrainedRun run, Session session)
    {
        string[] named = parsed.GetValue(_exclude)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        return new ItemSelection
        {
            Only = parsed.GetValue(_onlyFile) is { } only ? ReadFile(only, run, session) : null,
            Excluded = [.. named.Select(run.FindItem), .. parsed.GetValue(_excludeFile) is { } excluded ? ReadFile(excluded, run, session) : []],
            IncludeKnown = parsed.GetValue(_includeKnown),
        };
    }

    private static IReadOnlyList<int> ReadFile(string path, TrainedRun run, Session session)
    {
        (IReadOnlyList<int> items, IReadOnlyList<string> strangers) = IdList.ReadItems(path, run);
        if (strangers.Count > 0)
            session.Note($"{Figures.Counted(strangers.Count, "id")} in '{path}' {(strangers.Count == 1 ? "is" : "are")} of no item of the run and left out; the first is '{strangers[0]}'.");
        return items;
    }
}
