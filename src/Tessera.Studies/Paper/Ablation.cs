using Tessera.Recommendation.Metrics;
using Tessera.Studies.Plans;
using Tessera.Studies.Reports;

namespace Tessera.Studies.Paper;

/// <summary>What a study of one change at a time reports: the cells' metrics, each one's difference to the first, and a bar for each; for each data set.</summary>
internal static class Ablation
{
    private const string Data = "data", Model = "model";

    /// <summary>Of one model.</summary>
    /// <param name="what">What is measured, such as <c>LIRDRec and its parts</c>.</param>
    /// <param name="factor">The factor that tells the cells of a data set apart.</param>
    /// <param name="paper">What the paper has there; null where it has nothing.</param>
    public static IEnumerable<ReportPart> Of(string what, StudyOutcome outcome, string factor, Func<StudyCell, MetricName, double?>? paper = null)
    {
        yield return DifferenceTable.Reading;
        foreach (IGrouping<string, StudyCell> data in outcome.Plan.Cells.GroupBy(cell => cell.Factors[Data]))
        {
            StudyCell[] cells = [.. data];
            string title = $"{what} on {data.Key}";
            Table table = ResultTable.Of(title, outcome, cells, [factor], paper ?? ((_, _) => null));
            yield return table;
            if (PublishedNumbers.StandIn(table)) yield return PublishedNumbers.Note;
            foreach (ReportPart part in DifferenceTable.ToFirst(title, outcome, cells, factor)) yield return part;
            yield return ResultFigure.Bars(
                title,
                $"A bar of {DifferenceTable.Metric} on test for each of the table's rows, ± standard deviation over seeds; the first is what the others are held against.",
                outcome, cells, factor);
        }
    }

    /// <summary>Of several models, each held against itself.</summary>
    public static IEnumerable<ReportPart> OfModels(string what, StudyOutcome outcome, string factor, Func<StudyCell, MetricName, double?>? paper = null)
    {
        yield return DifferenceTable.Reading;
        foreach (IGrouping<string, StudyCell> data in outcome.Plan.Cells.GroupBy(cell => cell.Factors[Data]))
        {
            StudyCell[] cells = [.. data];
            string title = $"{what} on {data.Key}";
            Table table = ResultTable.Of(title, outcome, cells, [Model, factor], paper ?? ((_, _) => null));
            yield return table;
            if (PublishedNumbers.StandIn(table)) yield return PublishedNumbers.Note;
            IGrouping<string, StudyCell>[] models = [.. cells.GroupBy(cell => cell.Factors[Model])];
            foreach (ReportPart part in DifferenceTable.Of(
                $"{title}: difference to the same model with {cells[0].Factors[factor]}", outcome, $"model, {factor}",
                [.. models.SelectMany(model => model.Skip(1).Select(cell => ($"{model.Key}, {cell.Factors[factor]}", cell, model.First())))]))
                yield return part;
            yield return ResultFigure.Bars(
                title,
                $"A group of bars of {DifferenceTable.Metric} on test for each model, ± standard deviation over seeds; "
                + "the first of a group is what its others are held against.",
                outcome, cells, Model, factor);
        }
    }
}
