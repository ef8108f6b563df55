using System.Text.Json.Nodes;
using Tessera.Studies.Plans;
using Tessera.Studies.Reports;

namespace Tessera.Studies.Paper;

/// <summary>Whether it is the cosine transform of the shared chunk's input that matters: none, its readings, and transforms that are not cosines.</summary>
internal sealed class TransformStudy : Study
{
    private static readonly (string Name, string Dct)[] Transforms =
    [
        ("2-D, of each item", "item-2d"), ("none", "none"), ("1-D, of each item", "item-1d"), ("2-D, of all items", "matrix-2d"),
        ("random orthogonal", "random-orthogonal"), ("learned", "learned"),
    ];

    public override string Name => "transform";

    public override string Title => "Whether the cosine transform matters";

    public override string Source => "eq. (12)";

    public override string Question => "Is a fixed cosine transform better than none, than a random rotation, or than one that is learned (open question 3)?";

    public override IReadOnlyList<string> Factors => ["data", "transform"];

    public override IEnumerable<StudyCell> Cells(StudyRequest request)
    {
        request.RequireOnly("lirdrec", Name);
        request.RequireModalities(1, Name);
        return
            from data in request.Free(Name, "dct", "sharedChunk").Data
            from transform in Transforms
            select request.Cell(data.Folder, "lirdrec", new JsonObject { ["dct"] = transform.Dct }) with
            {
                Factors = new() { ["data"] = data.Dataset.Name, ["transform"] = transform.Name },
            };
    }

    public override IEnumerable<ReportPart> Report(StudyOutcome outcome) => Ablation.Of("LIRDRec with transforms of the shared input", outcome, "transform");
}
