using System.Text.Json.Nodes;
using Tessera.Studies.Plans;
using Tessera.Studies.Reports;

namespace Tessera.Studies.Paper;

/// <summary>Table III: LIRDRec without one of its parts, and with controls in their place.</summary>
internal sealed class ComponentsStudy : Study
{
    /// <summary>Each part left out, the settings that do so, and what the paper calls it, where it has it.</summary>
    private static readonly (string Name, JsonObject Settings, string? Without)[] Parts =
    [
        ("whole", [], null),
        ("without PWC (no weights)", new() { ["fusion"] = "none" }, "PWC"),
        ("without the shared chunk", new() { ["sharedChunk"] = false }, "DCT"),
        ("uniform weights", new() { ["fusion"] = "uniform" }, null),
        ("static weights", new() { ["fusion"] = "static" }, null),
        ("attention (the nets alone)", new() { ["fusion"] = "attention" }, null),
    ];

    public override string Name => "components";

    public override string Title => "What each part of LIRDRec adds";

    public override string Source => "Table III";

    public override string Question => "What is lost without progressive weight copying, or without the chunk that the modalities share?";

    public override IReadOnlyList<string> Factors => ["data", "components"];

    public override IEnumerable<StudyCell> Cells(StudyRequest request)
    {
        request.RequireOnly("lirdrec", Name);
        request.RequireModalities(1, Name);
        return
            from data in request.Free(Name, "fusion", "sharedChunk").Data
            from part in Parts
            select request.Cell(data.Folder, "lirdrec", part.Settings) with { Factors = new() { ["data"] = data.Dataset.Name, ["components"] = part.Name } };
    }

    public override IEnumerable<ReportPart> Report(StudyOutcome outcome) => Ablation.Of("LIRDRec and its parts", outcome, "components", (cell, metric) =>
    {
        (string name, _, string? without) = Parts.First(part => part.Name == cell.Factors["components"]);
        return without is null && name != Parts[0].Name ? null : PublishedNumbers.Without(cell.Factors["data"], without, metric);
    });
}
