using System.Text.Json;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Recommendation.Evaluation;

namespace Tessera.Studies.Plans;

/// <summary>All that a study measures, as <c>plan.json</c> has it: what is measured twice by the same plan is the same.</summary>
/// <param name="Study">Name of the study that makes the report.</param>
/// <param name="Seeds">Seeds that each cell is measured with.</param>
/// <param name="Cells">In the order in which they are measured, all with the first seed before any with the next.</param>
internal sealed record StudyPlan(string Study, IReadOnlyList<ulong> Seeds, IReadOnlyList<StudyCell> Cells)
{
    /// <summary>Protocol of the test evaluation.</summary>
    public Protocol Protocol { get; init; } = Protocol.Strict;

    /// <summary>Reads a plan.</summary>
    /// <exception cref="InvalidInputException">The file is absent or no plan.</exception>
    public static StudyPlan Read(string path) => JsonRecord.ReadIfPresent<StudyPlan>(path, "is no plan of a study", "see 'tessera study run --dry-run' for one that is", Check)
        ?? throw new InvalidInputException($"There is no plan '{path}'; expected a file that 'tessera study run --dry-run' prints the like of.");

    /// <summary>Writes the plan.</summary>
    /// <exception cref="StorageException">The system refuses.</exception>
    public void Write(string path) => JsonRecord.Write(path, this);

    /// <summary>The plan as <see cref="Read"/> takes it.</summary>
    public string ToJson() => JsonRecord.ToJson(this);

    private static void Check(StudyPlan plan)
    {
        if (plan.Seeds.Count == 0) throw new JsonException("it has no seeds");
        if (plan.Cells.Count == 0) throw new JsonException("it has no cells");
        if (plan.Seeds.Distinct().Count() < plan.Seeds.Count) throw new JsonException("it has a seed twice");
    }
}
