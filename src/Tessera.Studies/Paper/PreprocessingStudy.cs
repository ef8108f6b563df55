using System.Text.Json.Nodes;
using Tessera.Studies.Plans;
using Tessera.Studies.Reports;

namespace Tessera.Studies.Paper;

/// <summary>How features are scaled before a model reads them, for models that do.</summary>
internal sealed class PreprocessingStudy : Study
{
    private static readonly string[] Scalings = ["none", "l2", "standardize", "whiten"];

    public override string Name => "preprocessing";

    public override string Title => "How features should be scaled";

    public override string Source => "";

    public override string Question => "Does scaling the features, which the paper takes as they are, change what models make of them?";

    public override IReadOnlyList<string> Factors => ["data", "model", "scaling"];

    public override IEnumerable<StudyCell> Cells(StudyRequest request)
    {
        request.RequireModalities(1, Name);
        return
            from data in request.Free(Name, "featureScaling").Data
            from model in request.ModelsOr("lirdrec", "freedom", "vbpr").Select(StudyRequest.Reading)
            from scaling in Scalings
            select request.Cell(data.Folder, model.Name, new JsonObject { ["featureScaling"] = scaling }) with
            {
                Factors = new() { ["data"] = data.Dataset.Name, ["model"] = model.Title, ["scaling"] = scaling },
            };
    }

    public override IEnumerable<ReportPart> Report(StudyOutcome outcome) => Ablation.OfModels("Models with scaled features", outcome, "scaling");
}
