using System.Text.Json.Nodes;
using Tessera.Data;
using Tessera.Recommendation.Recommenders;
using Tessera.Studies.Plans;
using Tessera.Studies.Reports;

namespace Tessera.Studies.Paper;

/// <summary>What makes training rank, for models alike.</summary>
internal sealed class LossStudy : Study
{
    private static readonly (string Name, bool HasTemperature)[] Losses = [("bpr", false), ("bce", false), ("softmax", true), ("cosine", true)];

    public override string Name => "loss";

    public override string Title => "What the loss does";

    public override string Source => "";

    public override string Question => "Do models differ as the paper has it when all are trained with the same losses, and which loss is best for each?";

    public override IReadOnlyList<string> Factors => ["data", "model", "loss"];

    public override IEnumerable<StudyCell> Cells(StudyRequest request)
    {
        return
            from data in request.Free(Name, "loss").Data
            from model in request.ModelsOr("lirdrec", "vbpr", "lightgcn", "mf").Select(Trained)
            from loss in Losses
            select request.Cell(data.Folder, model.Name, Settings(loss.Name, loss.HasTemperature)) with
            {
                Factors = new() { ["data"] = data.Dataset.Name, ["model"] = model.Title, ["loss"] = loss.Name },
            };

        ModelDescription Trained(string name)
        {
            ModelDescription model = StudyRequest.Catalog.Find(name);
            if (model.IsItemBased)
                throw new InvalidInputException(
                    $"{model.Title} is computed at once and has no loss, which the study '{Name}' compares; leave it out of the models.");
            if (model.NeedsFeatures) request.RequireModalities(1, Name);
            return model;
        }
    }

    public override IEnumerable<ReportPart> Report(StudyOutcome outcome) => Ablation.OfModels("Models by loss", outcome, "loss");

    /// <summary>A loss without a temperature goes without those settings of the request that only one with it has.</summary>
    private static JsonObject Settings(string loss, bool hasTemperature) =>
        hasTemperature ? new() { ["loss"] = loss } : new() { ["loss"] = loss, ["temperature"] = null, ["negatives"] = null };
}
