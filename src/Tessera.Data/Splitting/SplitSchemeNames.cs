using Tessera.Data.DatasetFolder;

namespace Tessera.Data.Splitting;

/// <summary>The schemes' names on the command line and in <c>split.json</c>.</summary>
public static class SplitSchemeNames
{
    private static readonly (SplitScheme Scheme, string Name)[] Names =
    [
        (SplitScheme.Random, "random-8-1-1"),
        (SplitScheme.LeaveOneOut, "leave-one-out"),
        (SplitScheme.TemporalUser, "temporal-user"),
        (SplitScheme.TemporalGlobal, "temporal-global"),
        (SplitScheme.ColdItems, SplitRecord.ColdItems),
    ];

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Names.Select(entry => entry.Name)];

    /// <summary>The name of a scheme.</summary>
    public static string NameOf(SplitScheme scheme) => Names.Single(entry => entry.Scheme == scheme).Name;

    /// <summary>The scheme of a name.</summary>
    /// <exception cref="InvalidInputException">There is no such scheme.</exception>
    public static SplitScheme Parse(string name)
    {
        foreach ((SplitScheme scheme, string known) in Names)
            if (known == name) return scheme;
        throw new InvalidInputException($"There is no scheme '{name}'; expected one of {string.Join(", ", All)}.");
    }
}
