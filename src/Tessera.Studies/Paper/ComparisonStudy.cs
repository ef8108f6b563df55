using System.Globalization;
using Tessera.Data;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Scoring;
using Tessera.Studies.Cells;
using Tessera.Studies.Plans;
using Tessera.Studies.Reports;
using Tessera.Studies.Tuning;

namespace Tessera.Studies.Paper;

/// <summary>
/// Table II: models compared, and whether they differ; with the settings asked for, or with those that a search of one budget for all chooses: once each
/// with its own loss, once with the losses among the settings of every model, and once with the scores of the latter corrected by EASE's.
/// </summary>
internal sealed class ComparisonStudy : Study
{
    private const string Data = "data", Model = "model", Track = "track", AsPublished = "as published", SameLosses = "same losses", Corrected = "same losses, corrected",
        Reference = "lirdrec";

    private static readonly string[] Models =
        ["lirdrec", "mf", "lightgcn", "vbpr", "grcn", "lattice", "slmrec", "micro", "bm3", "freedom", "lgmrec", "popularity", "item-knn", "ease", "mm-gf"];

    public override string Name => "comparison";

    public override string Title => "Models compared";

    public override string Source => "Table II";

    public override string Question => "Is LIRDRec better than the models it is compared with, and by more than noise?";

    public override IReadOnlyList<string> Factors => [Data, Track, Model];

    public override IEnumerable<StudyCell> Cells(StudyRequest request)
    {
        if (request.SearchMinutes is not null) request = request.Free(Name, "loss", "temperature", "negatives", "behavior", "behaviorWeight");
        ModelDescription[] models = [.. request.ModelsOr(Models).Select(StudyRequest.Catalog.Find)];
        if (models.Any(model => model.NeedsFeatures)) request.RequireModalities(1, Name);
        return
            from data in request.Data
            from track in Tracks(request, data.Dataset)
            from model in models
            where track == AsPublished || !model.IsItemBased // which have no loss, and stand in both tables
            select request.Cell(data.Folder, model.Name) with
            {
                Factors = new() { [Data] = data.Dataset.Name, [Track] = track, [Model] = model.Title },
                Search = request.SearchMinutes is { } minutes ? new CellSearch(minutes, Losses: track != AsPublished) { Corrected = track == Corrected } : null,
            };
    }

    /// <remarks>What is corrected was trained by another cell, whose settings it has.</remarks>
    public override bool Trains(StudyCell cell) => cell.Search is not { Corrected: true };

    public override IEnumerable<ReportPart> Report(StudyOutcome outcome)
    {
        StudyCell? searched = outcome.Plan.Cells.FirstOrDefault(cell => cell.Search is not null);
        yield return DifferenceTable.Reading;
        yield return new Paragraph(searched?.Search is { } search ? HowSearched(search)
            : "All models are trained with the settings asked for, else with their defaults; none were chosen by what they give here.");
        foreach (IGrouping<string, StudyCell> data in outcome.Plan.Cells.GroupBy(cell => cell.Factors[Data]))
        {
            foreach (string track in data.Select(cell => cell.Factors[Track]).Distinct())
            {
                StudyCell[] cells = [.. data.Where(cell => cell.Factors[Track] == track), .. data.Where(cell => cell.Factors[Track] != track && StudyRequest.Catalog.Find(cell.Model).IsItemBased)];
                string title = searched is null ? $"Models on {data.Key}" : $"Models on {data.Key}, {track}";
                Table table = ResultTable.Of(title, outcome, cells, [Model], (cell, metric) => PublishedNumbers.Of(data.Key, cell.Model, metric));
                yield return table;
                if (PublishedNumbers.StandIn(table)) yield return PublishedNumbers.Note;
                StudyCell reference = cells.FirstOrDefault(cell => cell.Model == Reference) ?? cells[0];
                StudyCell[] ordered = [reference, .. cells.Where(cell => cell != reference)];
                foreach (ReportPart part in DifferenceTable.ToFirst(title, outcome, ordered, Model)) yield return part;
                if (track == Corrected) yield return WeightTable($"{title}: weights chosen", outcome, cells);
                else if (searched is not null) yield return SearchTable($"{title}: settings chosen", outcome, cells);
                yield return ResultFigure.Bars(
                    title, $"A bar of {DifferenceTable.Metric} on test for each model, ± standard deviation over seeds.", outcome, cells, Model);
            }

            foreach (ReportPart part in ToPublished(data.Key, outcome, [.. data])) yield return part;
        }
    }

    private static string[] Tracks(StudyRequest request, Dataset data) => request.SearchMinutes is null ? [AsPublished]
        : data.Items > EaseWeights.MaxItems ? [AsPublished, SameLosses] : [AsPublished, SameLosses, Corrected];

    /// <summary>What LIRDRec gains over models as published by all that is not its own.</summary>
    private static IEnumerable<ReportPart> ToPublished(string data, StudyOutcome outcome, StudyCell[] cells)
    {
        if (cells.FirstOrDefault(cell => cell.Model == Reference && cell.Factors[Track] == Corrected) is not { } reference) return [];
        StudyCell[] published = [reference, .. cells.Where(cell => cell.Factors[Track] == AsPublished)];
        return DifferenceTable.ToFirst($"Models on {data} as published, beside LIRDRec with {Corrected}", outcome, published, Model);
    }

    private static string HowSearched(CellSearch search) => string.Create(
        CultureInfo.InvariantCulture,
        $"Every model has {search.Minutes:0.##} minutes of processor time. Settings are drawn at random from its published grid, the same three learning rates and, ")
        + "where it reads features, the four scalings; trained for 16 epochs, the best third of them for 48 and, where several are left of those, their best third to the end with two seeds, "
        + "as long as the time lasts, but for three settings that are drawn whatever they take: no training to the end begins that what is left cannot pay for, and a lone last candidate is chosen as it is, so that a good part of the time may be left. "
        + $"{DifferenceTable.Metric} on validation decides. What is chosen is trained with other seeds, and these alone are scored "
        + $"on test, once. '{AsPublished}' keeps each model's own loss; '{SameLosses}' puts four losses, cosines with three temperatures, among the settings of every model "
        + $"that has one, and '{Corrected}' adds EASE's scores to what these give, with a weight chosen on validation (behavior=ease). "
        + "A short first rung favors settings that learn fast, in every model alike.";

    private static Table SearchTable(string title, StudyOutcome outcome, IReadOnlyList<StudyCell> cells) => new(
        title, [Model, "settings", "on validation", "drawn", "to the end", "minutes"],
        [.. cells.Select(cell => Row(cell.Factors[Model], outcome.ResultsOf(cell).Select(CellRun.SearchOf).FirstOrDefault()))]);

    private static Table WeightTable(string title, StudyOutcome outcome, IReadOnlyList<StudyCell> cells) => new(
        title, [Model, "weight of EASE's scores, by seed"],
        [
            .. cells.Where(cell => cell.Search is { Corrected: true }).Select(IReadOnlyList<TableCell> (cell) =>
            [
                cell.Factors[Model],
                outcome.ResultsOf(cell) is { Count: > 0 } results ? string.Join(", ", results.Select(result => CellRun.CorrectionOf(result)!.Value.ToString(CultureInfo.InvariantCulture)))
                    : "not measured yet",
            ]),
        ]);

    private static IReadOnlyList<TableCell> Row(string model, SearchResult? search) => search is null ? [model, .. Enumerable.Repeat<TableCell>("not measured yet", 5)]
        :
        [
            model, search.Settings.Count == 0 ? "none to choose" : SuccessiveHalving.Describe(search.Settings), Number("F4", search.Validation),
            new TableCell(string.Create(CultureInfo.InvariantCulture, $"{search.Drawn:N0} of {search.Space:N0}"), search.Drawn),
            Number("N0", search.Finished), Number("F1", search.Seconds / 60),
        ];

    private static TableCell Number(string format, double value) => new(value.ToString(format, CultureInfo.InvariantCulture), value);
}
