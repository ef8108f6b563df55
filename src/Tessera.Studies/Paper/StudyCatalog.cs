using Tessera.Data;

namespace Tessera.Studies.Paper;

/// <summary>The studies there are.</summary>
internal static class StudyCatalog
{
    /// <summary>In the order of the paper, its open questions last.</summary>
    public static IReadOnlyList<Study> All { get; } =
    [
        new StatisticsStudy(), new GradientBiasStudy(), new StartupStudy(), new ColdStartStudy(), new ComponentsStudy(), new DescriptionsStudy(), new SequentialStudy(),
    ];

    /// <summary>The study of a name, in any case of letters.</summary>
    /// <exception cref="InvalidInputException">There is no such study.</exception>
    public static Study Find(string name) => All.FirstOrDefault(study => study.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new InvalidInputException($"There is no study '{name}'; expected one of {string.Join(", ", All.Select(study => study.Name))}.");
}
