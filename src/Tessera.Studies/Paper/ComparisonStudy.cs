using System.Globalization;
using Tessera.Data;
using Tessera.Models;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Scoring;
using Tessera.Studies.Cells;
using Tessera.Studies.Plans;
using Tessera.Studies.Reports;
using Tessera.Studies.Tuning;

namespace Tessera.Studies.Paper;

/// <summary>
/// Table II: models compared, and whether they differ; with the settings asked for, or with those that a search of one budget for all chooses: once each
/// with its own loss, once with the losses among the settings of every model, and once with the scores of the latter corrected by EASE's; beside the
/// presets, of which nothing is searched.
/// </summary>
internal sealed class ComparisonStudy : Study
{
    private const string Data = "data", Model = "model", Track = "track", AsPublished = "as published", SameLosses = "same losses", Corrected = "same losses, corrected",
        ByPreset = "preset", Reference = "lirdrec";

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
        IEnumerable<StudyCell> compared =
            from data in request.Data
            from track in Tracks(request, data.Dataset)
            from model in models
            where track == AsPublished || !model.IsItemBased // which have no loss, and stand in both tables
            select request.Cell(data.Folder, model.Name) with
            {
                Factors = new() { [Data] = data.Dataset.Name, [Track] = track, [Model] = model.Title },
                Search = request.SearchMinutes is { } minutes ? new CellSearch(minutes, Losses: track != AsPublished) { Corrected = track == Corrected } : null,
            };
        return request.SearchMinutes is null ? compared : compared.Concat(
            from data in request.Data
            from preset in Preset.All
            where models.Any(model => model.Name == preset.Model)
            select request.Cell(data.Folder, preset.Model, preset.Settings) with
            {
                Factors = new() { [Data] = data.Dataset.Name, [Track] = ByPreset, [Model] = $"{StudyRequest.Catalog.Find(preset.Model).Title}, preset {preset.Name}" },
            });
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
            StudyCell[] models = [.. data.Where(cell => cell.Factors[Track] != ByPreset)];
            string[] tracks = [.. models.Select(cell => cell.Factors[Track]).Distinct()];
            ReportPart[] parts = [.. tracks.SelectMany(track => OfTrack(track, searched is null ? $"Models on {data.Key}" : $"Models on {data.Key}, {track}", outcome, models))];
            if (tracks.Length > 1 && models.Any(cell => cell.Model == Reference))
            {
                yield return SideBySide($"Models on {data.Key}", tracks, models, [.. parts.OfType<Table>()]);
                yield return Marks;
            }

            foreach (ReportPart part in parts.Concat(ToPublished(data.Key, outcome, [.. data]))) yield return part;
        }
    }

    private static Paragraph Marks { get; } = new(
        "≈ stands where the difference to LIRDRec in the same column is noise, ↑ where the model is ahead of LIRDRec beyond noise; without a mark LIRDRec is ahead of it. "
        + "Models that have no loss stand in the first column alone.");

    /// <summary>The metric compared, of each model in each track.</summary>
    /// <param name="tables">The tables of the tracks.</param>
    private static Table SideBySide(string title, string[] tracks, StudyCell[] cells, Table[] tables)
    {
        return new Table(
            $"{title}: {DifferenceTable.Metric} side by side", [Model, .. tracks],
            [.. cells.Select(cell => cell.Factors[Model]).Distinct().Select(IReadOnlyList<TableCell> (model) => [model, .. tracks.Select(track => Of(model, track))])]);

        TableCell Of(string model, string track)
        {
            if (!cells.Any(cell => cell.Factors[Model] == model && cell.Factors[Track] == track)) return "";
            TableCell result = Find($"{title}, {track}", model, DifferenceTable.Metric.ToString())!;
            string mark = Find($"{title}, {track}: difference to LIRDRec", model, "reading")?.Text switch { "noise" => " ≈", "better" => " ↑", _ => "" };
            return new TableCell(result.Text + mark, result.Value, result.Deviation);
        }

        TableCell? Find(string table, string model, string column) =>
            tables.FirstOrDefault(one => one.Title == table) is { } found && found.Rows.FirstOrDefault(row => row[0].Text == model) is { } row
                ? row[found.Columns.ToList().IndexOf(column)] : null;
    }

    private static IEnumerable<ReportPart> OfTrack(string track, string title, StudyOutcome outcome, StudyCell[] models)
    {
        StudyCell[] cells = [.. models.Where(cell => cell.Factors[Track] == track), .. models.Where(cell => cell.Factors[Track] != track && StudyRequest.Catalog.Find(cell.Model).IsItemBased)];
        Table table = ResultTable.Of(title, outcome, cells, [Model], (cell, metric) => PublishedNumbers.Of(cell.Factors[Data], cell.Model, metric));
        yield return table;
        if (PublishedNumbers.StandIn(table)) yield return PublishedNumbers.Note;
        StudyCell reference = cells.FirstOrDefault(cell => cell.Model == Reference) ?? cells[0];
        StudyCell[] ordered = [reference, .. cells.Where(cell => cell != reference)];
        foreach (ReportPart part in DifferenceTable.ToFirst(title, outcome, ordered, Model)) yield return part;
        if (track == Corrected) yield return WeightTable($"{title}: weights chosen", outcome, cells);
        else if (cells.Any(cell => cell.Search is not null)) yield return SearchTable($"{title}: settings chosen", outcome, cells);
        yield return ResultFigure.Bars(title, $"A bar of {DifferenceTable.Metric} on test for each model, ± standard deviation over seeds.", outcome, cells, Model);
    }

    private static string[] Tracks(StudyRequest request, Dataset data) => request.SearchMinutes is null ? [AsPublished]
        : data.Items > EaseWeights.MaxItems ? [AsPublished, SameLosses] : [AsPublished, SameLosses, Corrected];

    /// <summary>What is gained over models as published by all that is not LIRDRec's own, and by the presets.</summary>
    private static IEnumerable<ReportPart> ToPublished(string data, StudyOutcome outcome, StudyCell[] cells)
    {
        StudyCell[] presets = [.. cells.Where(cell => cell.Factors[Track] == ByPreset)], published = [.. cells.Where(cell => cell.Factors[Track] == AsPublished)];
        if (presets.Length > 0) yield return ResultTable.Of($"Presets on {data}", outcome, presets, Model);
        foreach (StudyCell reference in cells.Where(cell => cell.Model == Reference && cell.Factors[Track] == Corrected).Concat(presets))
        {
            string beside = reference.Factors[Track] == ByPreset ? "" : $", beside LIRDRec with {Corrected}";
            foreach (ReportPart part in DifferenceTable.ToFirst($"Models on {data} as published{beside}", outcome, [reference, .. published], Model)) yield return part;
        }
    }

    private static string HowSearched(CellSearch search) => string.Create(
        CultureInfo.InvariantCulture,
        $"Every model has {search.Minutes:0.##} minutes of processor time. Settings are drawn at random from its published grid, the same three learning rates and, ")
        + "where it reads features, the four scalings; trained for 16 epochs, the best third of them for 48, and their best third to the end with two seeds, "
        + "as long as the time lasts: no training to the end begins that what is left cannot pay for, but three settings are drawn and two trained to the end whatever they take. "
        + $"{DifferenceTable.Metric} on validation decides. What is chosen is trained with other seeds, and these alone are scored "
        + $"on test, once. '{AsPublished}' keeps each model's own loss; '{SameLosses}' puts four losses ('bpr' being each model's own), cosines with three temperatures, among the settings of every model "
        + $"that has one, and '{Corrected}' adds EASE's scores to what these give, with a weight chosen on validation (behavior=ease). "
        + "A preset has the settings it is made of, of which none was chosen here. "
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
