using System.Text.Json.Nodes;
using Tessera.Data;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Recommenders;
using Tessera.Studies.Cells;
using Tessera.Studies.Plans;
using Tessera.Studies.Reports;

namespace Tessera.Studies.Paper;

/// <summary>Fig. 3: Recall@20 over the first 60 epochs. The paper draws test; this draws validation, since test is looked at once.</summary>
internal sealed class StartupStudy : Study
{
    private const int DefaultEpochs = 60;
    private const double Share = 0.9;
    private const string Metric = "Recall@20";

    public override string Name => "startup";

    public override string Title => "How fast models learn";

    public override string Source => "Fig. 3";

    public override string Question => "How many epochs does it take until a model is about as good as it gets?";

    public override IReadOnlyList<string> Factors => ["data", "model"];

    /// <summary>Each model is trained for all epochs, whether or not it still improves.</summary>
    public override IEnumerable<StudyCell> Cells(StudyRequest request)
    {
        ModelDescription[] models = [.. request.Free(Name, "patience", "evaluateEvery").ModelsOr("vbpr", "freedom", "lattice", "lirdrec").Select(StudyRequest.Catalog.Find)];
        if (models.FirstOrDefault(model => model.IsItemBased) is { } computed)
            throw new InvalidInputException($"{computed.Title} is computed at once, so it has no first epochs; leave it out.");
        foreach ((string folder, Dataset dataset) in request.Data)
        {
            if (!HeldOut.Monitored(dataset.Train, dataset.Validation, dataset.ColdItems).MeasuresAny(dataset.Train))
                throw new InvalidInputException($"Data set '{dataset.Name}' has nothing to measure on validation, which this study draws; split it by 'tessera data split' first.");
            foreach (ModelDescription model in models)
            {
                int epochs = request.TrainingOf(model).Epochs ?? DefaultEpochs;
                var settings = new JsonObject { ["epochs"] = epochs, ["patience"] = epochs, ["evaluateEvery"] = 1 };
                yield return request.Cell(folder, model.Name, settings) with { Factors = new() { ["data"] = dataset.Name, ["model"] = model.Title } };
            }
        }
    }

    public override IEnumerable<ReportPart> Report(StudyOutcome outcome)
    {
        foreach (var data in outcome.Measured.GroupBy(one => one.Cell.Factors["data"]))
        {
            yield return new LineFigure(
                $"{Metric} on validation of {data.Key}, epoch by epoch",
                "Epochs run from left to right, the metric upwards; bands are one standard deviation over seeds. Who stands high on the left learns fast.",
                "epoch", Metric, [.. data.Select(one => LineOf(one.Cell.Factors["model"], one.Results))]);
            yield return new Table(
                $"Epochs that models need on {data.Key}",
                ["model", "seeds", $"{Metric} after epoch 1", $"best {Metric}", "epoch of the best", "epochs to 90% of the best"],
                [.. data.Select(one => Row(one.Cell.Factors["model"], one.Results))]);
        }
    }

    /// <summary>The first epoch, from 1, whose metric is 90% of the best or more.</summary>
    public static int EpochsToMost(IReadOnlyList<double> curve) => curve.TakeWhile(value => value < Share * curve.Max()).Count() + 1;

    /// <summary>The metric after each epoch.</summary>
    private static double[] CurveOf(CellResult result) => [.. result.Curve.Select(epoch => (double)epoch["validation"]![Metric]!)];

    private static Line LineOf(string name, IReadOnlyList<CellResult> results)
    {
        double[][] curves = [.. results.Select(CurveOf)];
        int epochs = curves.Min(curve => curve.Length);
        (double Mean, double Deviation)[] at = [.. Enumerable.Range(0, epochs).Select(epoch => Spread([.. curves.Select(curve => curve[epoch])]))];
        double[] x = [.. Enumerable.Range(1, epochs).Select(epoch => (double)epoch)], y = [.. at.Select(one => one.Mean)];
        return curves.Length == 1 ? new Line(name, x, y)
            : new Line(name, x, y, [.. at.Select(one => one.Mean - one.Deviation)], [.. at.Select(one => one.Mean + one.Deviation)]);
    }

    private static (double Mean, double Deviation) Spread(double[] values)
    {
        double mean = values.Average();
        return (mean, values.Length == 1 ? 0 : Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1)));
    }

    private static IReadOnlyList<TableCell> Row(string model, IReadOnlyList<CellResult> results) =>
    [
        model, new TableCell($"{results.Count}", results.Count),
        ResultTable.Mean(results, result => CurveOf(result)[0]),
        ResultTable.Mean(results, result => CurveOf(result).Max()),
        string.Join(", ", results.Select(result => CurveOf(result).Index().MaxBy(epoch => epoch.Item).Index + 1)),
        string.Join(", ", results.Select(result => EpochsToMost(CurveOf(result)))),
    ];
}
