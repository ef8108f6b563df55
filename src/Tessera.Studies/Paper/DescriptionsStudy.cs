using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Studies.Cells;
using Tessera.Studies.Plans;
using Tessera.Studies.Reports;

namespace Tessera.Studies.Paper;

/// <summary>Fig. 7 and the case study: pictures that a model described and another embedded, against pictures embedded directly. The data has both.</summary>
internal sealed class DescriptionsStudy : Study
{
    private const string Pictures = "image", Descriptions = "description";
    private const string Describing = "descriptions"; // the file of them, whose making costs, too

    public override string Name => "descriptions";

    public override string Title => "Pictures described in words";

    public override string Source => "Fig. 7, Table II";

    public override string Question => "Are descriptions of pictures, made by a multimodal model and embedded as texts, worth more than the pictures embedded, and what do they cost?";

    public override IReadOnlyList<string> Factors => ["data", "model", "features"];

    public override IEnumerable<StudyCell> Cells(StudyRequest request)
    {
        foreach ((string folder, Dataset dataset) in request.Data)
        {
            string[] names = [.. dataset.Modalities.Select(modality => modality.Name)];
            if (names.Contains(Pictures) && names.Contains(Descriptions)) continue;
            throw new InvalidInputException(
                $"Data set '{dataset.Name}' has {(names.Length == 0 ? "no modality" : $"the modalities {string.Join(", ", names)}")}; expected {Pictures} and {Descriptions}, so make them by "
                + $"'tessera data encode --data {folder} --modality {Pictures}', 'tessera data describe --data {folder}' and "
                + $"'tessera data encode --data {folder} --modality {Descriptions} --texts {Describing}'.");
        }

        return
            from data in request.Data
            let others = data.Dataset.Modalities.Select(modality => modality.Name).Where(name => name is not (Pictures or Descriptions)).ToArray()
            from model in request.ModelsOr("lirdrec")
            from features in new (string Name, string[] Modalities)[]
            {
                ("pictures", [.. others, Pictures]), ("descriptions", [.. others, Descriptions]), ("both", [.. others, Pictures, Descriptions]), ("neither", others),
            }
            where features.Modalities.Length > 0
            select request.Cell(data.Folder, model) with
            {
                Variant = new DataVariant { Modalities = features.Modalities },
                Factors = new() { ["data"] = data.Dataset.Name, ["model"] = StudyRequest.Catalog.Find(model).Title, ["features"] = features.Name },
            };
    }

    public override string Measurement => Name;

    public override CellResult Measure(CellRun run)
    {
        var costs = new JsonObject();
        foreach (string name in new[] { Pictures, Describing, Descriptions })
        {
            if (EncodingCost.ReadIfPresent(run.Cell.Data, name) is { } cost) costs[name] = JsonSerializer.SerializeToNode(cost, JsonSerializerOptions.Web);
        }

        return run.Train() with { Measured = new JsonObject { ["costs"] = costs } };
    }

    public override IEnumerable<ReportPart> Report(StudyOutcome outcome)
    {
        foreach (var data in outcome.Plan.Cells.GroupBy(cell => (cell.Factors["data"], cell.Factors["model"])))
            yield return ResultTable.Of($"Test metrics of {data.Key.Item2} on {data.Key.Item1}", outcome, [.. data], "features");
        foreach (var data in outcome.Measured.GroupBy(one => one.Cell.Factors["data"]))
        {
            yield return new Table(
                $"What a server took for the pictures of {data.Key}", ["step", "items asked", "tokens read, an item", "tokens written, an item", "seconds, an item"],
                [
                    Cost("embedding pictures", Pictures, data.First().Results[0]), Cost("describing pictures", Describing, data.First().Results[0]),
                    Cost("embedding descriptions", Descriptions, data.First().Results[0]),
                ]);
        }
    }

    private static IReadOnlyList<TableCell> Cost(string step, string name, CellResult result)
    {
        EncodingCost? cost = result.Measured["costs"]?[name].Deserialize<EncodingCost>(JsonSerializerOptions.Web);
        return [step, cost is null ? "not recorded" : Number(cost.Items), PerItem(cost?.PromptTokens), PerItem(cost?.CompletionTokens), PerItem(cost?.Seconds)];

        TableCell PerItem(double? total) => total is null ? "" : Number(total.Value / cost!.Items);
    }

    private static TableCell Number(double value) => new(value.ToString("#,0.###", CultureInfo.InvariantCulture), value);
}
