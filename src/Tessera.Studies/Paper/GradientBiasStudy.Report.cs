using System.Globalization;
using System.Text.Json;
using Tessera.Studies.Cells;
using Tessera.Studies.Plans;
using Tessera.Studies.Reports;

namespace Tessera.Studies.Paper;

internal sealed partial class GradientBiasStudy
{
    private static readonly string[] Settings = ["graph", "loss", "optimizer", "model"];

    public override IEnumerable<ReportPart> Report(StudyOutcome outcome)
    {
        foreach (var data in outcome.Measured.GroupBy(one => one.Cell.Factors["data"]))
        {
            yield return new Heading(data.Key);
            foreach ((StudyCell cell, IReadOnlyList<CellResult> results) in data.Where(one => IsPapers(one.Cell) && one.Results[0].Curve.Count > 0))
            {
                yield return PartsOfLoss(cell.Factors["model"], CurveOf(results[0]));
                yield return FirstEpoch(cell.Factors["model"], StepsOf(results[0]));
            }

            yield return new Table(
                "Either part of the loss, and the share of it that is gone after the last epoch",
                [.. Settings, "seeds", "epochs", "IDs, first", "IDs, last", "IDs, gone", "features, first", "features, last", "features, gone"],
                [.. data.Select(one => LossRow(one.Cell, one.Results))]);
            yield return new Table(
                "Gradients and steps in the first epoch, mean of its batches",
                [
                    .. Settings, "items", "mean degree", "‖∂L/∂e_i‖", "‖∂L/∂e_i‖ by the graph alone", "‖∂L/∂W‖", "rows that break the bound",
                    "items that break it over the epoch", "RMS of ∂L/∂e_i", "RMS of ∂L/∂W", "RMS step of e_i", "RMS step of W",
                ],
                [.. data.Select(one => GradientRow(one.Cell, one.Results))]);
            yield return new Paragraph(Verdict([.. data.SelectMany(one => one.Results)]));
        }
    }

    private static bool IsPapers(StudyCell cell) => (cell.Factors["graph"], cell.Factors["loss"], cell.Factors["optimizer"]) == (Graphs[0].Name, Losses[0], Adam);

    private static StepTrace[] CurveOf(CellResult result) => [.. result.Curve.Select(epoch => epoch.Deserialize<StepTrace>(JsonSerializerOptions.Web)!)];

    private static StepTrace[] StepsOf(CellResult result) => result.Measured["firstEpoch"].Deserialize<StepTrace[]>(JsonSerializerOptions.Web)!;

    private static LineFigure PartsOfLoss(string model, StepTrace[] epochs)
    {
        return new LineFigure(
            $"The loss of {model} and its parts, of what they are in epoch 1",
            "Epochs run from left to right; each line is a part of the training loss, divided by its value in epoch 1. In the paper the part of features falls first.",
            "epoch", "loss, of that in epoch 1", [Of("whole", epoch => epoch.Loss), Of("item IDs", epoch => epoch.IdLoss), Of("features", epoch => epoch.FeatureLoss)]);

        Line Of(string name, Func<StepTrace, double> part) => new(
            name, [.. epochs.Select((_, epoch) => epoch + 1.0)], [.. epochs.Select(epoch => part(epoch) / part(epochs[0]))]);
    }

    private static LineFigure FirstEpoch(string model, StepTrace[] steps)
    {
        return new LineFigure(
            $"Gradients of {model} in the first epoch, batch by batch",
            "Batches run from left to right; upwards the common logarithm of a gradient's norm: of the mean item ID, and of the projection of features, which the theorem says is the larger.",
            "batch", "log₁₀ of the norm",
            [.. new[] { Of("item ID", step => step.IdRowNorm), Of("item ID by the graph alone", step => step.PropagatedRowNorm), Of("projection", step => step.ProjectionNorm) }
                .Where(line => line.X.Count > 0)]);

        Line Of(string name, Func<StepTrace, double> norm)
        {
            int[] some = [.. Enumerable.Range(0, steps.Length).Where(step => norm(steps[step]) > 0)];
            return new Line(name, [.. some.Select(step => step + 1.0)], [.. some.Select(step => Math.Log10(norm(steps[step])))]);
        }
    }

    private static IReadOnlyList<TableCell> LossRow(StudyCell cell, IReadOnlyList<CellResult> results)
    {
        return
        [
            .. Settings.Select(name => (TableCell)cell.Factors[name]), new TableCell($"{results.Count}", results.Count),
            string.Join(", ", results.Select(result => HasDiverged(result) ? $"{result.Epochs}, then diverged" : $"{result.Epochs}")),
            .. Part(epoch => epoch.IdLoss), .. Part(epoch => epoch.FeatureLoss),
        ];

        IEnumerable<TableCell> Part(Func<StepTrace, double> part) =>
            [Mean(curve => part(curve[0])), Mean(curve => part(curve[^1])), Mean(curve => 1 - (part(curve[^1]) / part(curve[0])))];

        TableCell Mean(Func<StepTrace[], double> number) => MeanOf(results, result => number(CurveOf(result)));
    }

    private static IReadOnlyList<TableCell> GradientRow(StudyCell cell, IReadOnlyList<CellResult> results)
    {
        return
        [
            .. Settings.Select(name => (TableCell)cell.Factors[name]),
            Shown(result => (double)result.Measured["items"]!, "#,0.#"), Shown(result => (double)result.Measured["meanDegree"]!, "#,0.#"),
            Small(epoch => epoch.IdRowNorm), Small(epoch => epoch.PropagatedRowNorm), Small(epoch => epoch.ProjectionNorm),
            Share(result => CurveOf(result)[0] is var epoch && epoch.Rows > 0 ? epoch.RowsAbove / epoch.Rows : 0),
            Share(result => (double)result.Measured["itemsAbove"]! / (double)result.Measured["items"]!),
            Small(epoch => epoch.IdRms), Small(epoch => epoch.ProjectionRms), Small(epoch => epoch.IdUpdateRms), Small(epoch => epoch.ProjectionUpdateRms),
        ];

        TableCell Small(Func<StepTrace, double> number) => Shown(result => number(CurveOf(result)[0]), "0.00e+0");
        TableCell Share(Func<CellResult, double> number) => Shown(number, "0.0%");

        TableCell Shown(Func<CellResult, double> number, string format)
        {
            TableCell mean = MeanOf(results, number);
            if (mean.Value is not { } value) return mean;
            string deviation = mean.Deviation is { } spread ? $" ± {spread.ToString(format, CultureInfo.InvariantCulture)}" : "";
            return mean with { Text = value.ToString(format, CultureInfo.InvariantCulture) + deviation };
        }
    }

    private static bool HasDiverged(CellResult result) => result.Measured.ContainsKey("divergedInEpoch");

    /// <summary>The mean over the results that did not diverge.</summary>
    private static TableCell MeanOf(IReadOnlyList<CellResult> results, Func<CellResult, double> number) => results.Count > 0 && results.All(HasDiverged)
        ? "diverged" : ResultTable.Mean([.. results.Where(result => !HasDiverged(result))], result => number(result));

    /// <summary>What of the theorem holds, in how many of the trainings.</summary>
    private static string Verdict(IReadOnlyList<CellResult> all)
    {
        CellResult[] results = [.. all.Where(result => !HasDiverged(result))];
        string diverged = all.Count > results.Length ? $" ({all.Count - results.Length} more diverged)" : "";
        int rows = results.Count(result => CurveOf(result)[0].RowsAbove == 0);
        int items = results.Count(result => (double)result.Measured["itemsAbove"]! == 0);
        int elements = results.Count(result => CurveOf(result)[0] is var epoch && epoch.IdRms < epoch.ProjectionRms);
        int steps = results.Count(result => CurveOf(result)[0] is var epoch && epoch.IdUpdateRms < epoch.ProjectionUpdateRms);
        int parts = results.Count(result => CurveOf(result) is var curve && curve[^1].IdLoss / curve[0].IdLoss > curve[^1].FeatureLoss / curve[0].FeatureLoss);
        return $"Of {results.Length} trainings{diverged}, the theorem's bound, that an item ID's gradient is smaller than the projection's, holds in {rows} for each row of each batch of the first epoch, and in {items} "
            + $"for each item's gradients added up over that epoch. Element by element, IDs have the smaller gradients in {elements}, and the smaller steps of the optimizer in {steps}. "
            + $"In {parts} the features' part of the loss falls further than the IDs' part.";
    }
}
