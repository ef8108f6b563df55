using System.Globalization;
using System.Text.Json;
using Tessera.Data;
using Tessera.Data.Splitting;
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
    public static StudyPlan Read(string path) => JsonRecord.ReadIfPresent<StudyPlan>(path, "is no plan of a study", "expected one such as 'tessera study run … --dry-run --json' prints after 'plan', so mend it, or delete it if it is the plan of a report", Check)
        ?? throw new InvalidInputException($"There is no plan '{path}'; expected a file such as the plan.json of a report.");

    /// <summary>Writes the plan.</summary>
    /// <exception cref="StorageException">The system refuses.</exception>
    public void Write(string path) => JsonRecord.Write(path, this);

    /// <summary>The plan as <see cref="Read"/> takes it.</summary>
    public string ToJson() => JsonRecord.ToJson(this);

    private static void Check(StudyPlan plan)
    {
        if (plan.Seeds.Count == 0) throw new JsonException("it has no seeds");
        if (plan.Cells.Count == 0) throw new JsonException("it has no cells");
        foreach ((int n, StudyCell cell) in plan.Cells.Index())
        {
            if (!(cell.Variant.Noise is >= 0 and <= 1)) throw Outside(n, "noise", cell.Variant.Noise, "0 to 1");
            if (!(cell.Variant.Kept is > 0 and <= 1)) throw Outside(n, "kept", cell.Variant.Kept, "above 0, at most 1");
            if (!(cell.Variant.KeptItems is > 0 and <= 1)) throw Outside(n, "keptItems", cell.Variant.KeptItems, "above 0, at most 1");
            if (cell.Variant.Modalities is { Count: 0 }) throw new JsonException($"cell {n + 1} keeps no modalities; leave the key out to keep all");
            if (cell.Variant is { WithoutCold: true, Split: not SplitScheme.ColdMixed })
                throw new JsonException($"cell {n + 1} has withoutCold, which leaves out what the split cold-mixed holds out, and has another split or none");
            if (cell.Variant is { WithoutCold: true } and not { ShuffledRows: false, Noise: 0, KeptItems: 1 })
                throw new JsonException($"cell {n + 1} has withoutCold beside shuffledRows, noise or keptItems, which would be drawn otherwise for the items that are left");
            if (cell.Search is { Minutes: not > 0 } search) throw Outside(n, "minutes", search.Minutes, "above 0");
        }

        if (plan.Seeds.Distinct().Count() < plan.Seeds.Count) throw new JsonException("it has a seed twice");
    }

    private static JsonException Outside(int cell, string key, double value, string expected) =>
        new(string.Create(CultureInfo.InvariantCulture, $"cell {cell + 1} has {key} {value}, which is not {expected}"));
}
