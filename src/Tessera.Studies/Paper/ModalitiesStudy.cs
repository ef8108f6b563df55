using Tessera.Data;
using Tessera.Studies.Plans;
using Tessera.Studies.Reports;

namespace Tessera.Studies.Paper;

/// <summary>Table IV: LIRDRec on each subset of the modalities.</summary>
internal sealed class ModalitiesStudy : Study
{
    private const string Weights = "itemGraphWeights", Separator = " + ";

    public override string Name => "modalities";

    public override string Title => "What each modality adds";

    public override string Source => "Table IV";

    public override string Question => "How much is lost without a modality, and does any one of them suffice?";

    public override IReadOnlyList<string> Factors => ["data", "model", "modalities"];

    public override IEnumerable<StudyCell> Cells(StudyRequest request)
    {
        request.RequireModalities(2, Name);
        if (request.Settings.ContainsKey(Weights))
            throw new InvalidInputException($"The study '{Name}' leaves modalities out, and '{Weights}' names them; leave it out, and each subset has its default.");
        return
            from data in request.Data
            from model in request.ModelsOr("lirdrec").Select(StudyRequest.Reading)
            from subset in Subsets([.. data.Dataset.Modalities.Select(modality => modality.Name)])
            select request.Cell(data.Folder, model.Name) with
            {
                Variant = new() { Modalities = subset },
                Factors = new() { ["data"] = data.Dataset.Name, ["model"] = model.Title, ["modalities"] = string.Join(Separator, subset) },
            };
    }

    public override IEnumerable<ReportPart> Report(StudyOutcome outcome) =>
        Ablation.OfModels("Subsets of the modalities", outcome, "modalities", (cell, metric) => cell.Model != "lirdrec" ? null : cell.Factors["modalities"] switch
        {
            "image + text" => PublishedNumbers.Without(cell.Factors["data"], null, metric),
            "image" => PublishedNumbers.Without(cell.Factors["data"], "text", metric),
            "text" => PublishedNumbers.Without(cell.Factors["data"], "image", metric),
            _ => null,
        });

    /// <summary>All but the empty one: the whole first, then the larger ones before the smaller.</summary>
    private static IEnumerable<string[]> Subsets(string[] all) => Enumerable.Range(1, (1 << all.Length) - 1)
        .Select(bits => all.Where((_, place) => (bits >> place & 1) == 1).ToArray())
        .OrderByDescending(subset => subset.Length);
}
