using System.Text.Json.Nodes;
using Tessera.Studies.Plans;
using Tessera.Studies.Reports;

namespace Tessera.Studies.Paper;

/// <summary>Table III: LIRDRec without one of its parts, and with controls in their place.</summary>
internal sealed class ComponentsStudy : Study
{
    private static readonly (string Name, JsonObject Settings)[] Parts =
    [
        ("whole", []),
        ("without PWC (static weights)", new() { ["fusion"] = "static" }),
        ("without the shared chunk", new() { ["sharedChunk"] = false }),
        ("uniform weights", new() { ["fusion"] = "uniform" }),
        ("attention", new() { ["fusion"] = "attention" }),
        ("nets only (no weights)", new() { ["fusion"] = "none" }),
    ];

    public override string Name => "components";

    public override string Title => "What each part of LIRDRec adds";

    public override string Source => "Table III";

    public override string Question => "What is lost without progressive weight copying, or without the chunk that the modalities share?";

    public override IEnumerable<StudyCell> Cells(StudyRequest request) =>
        from data in request.Data
        from part in Parts
        select request.Cell(data.Folder, "lirdrec", part.Settings) with { Factors = new() { ["data"] = data.Dataset.Name, ["components"] = part.Name } };

    public override IEnumerable<ReportPart> Report(StudyOutcome outcome)
    {
        foreach (var data in outcome.Plan.Cells.GroupBy(cell => cell.Factors["data"]))
            yield return ResultTable.Of($"Test metrics on {data.Key}", outcome, [.. data], "components");
    }
}
