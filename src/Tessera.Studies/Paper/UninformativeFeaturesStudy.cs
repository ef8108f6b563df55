using System.Globalization;
using Tessera.Recommendation.Recommenders;
using Tessera.Studies.Plans;
using Tessera.Studies.Reports;

namespace Tessera.Studies.Paper;

/// <summary>What becomes of models that rest on features when these say less and less: noise mixed in step by step, or those of other items.</summary>
internal sealed class UninformativeFeaturesStudy : Study
{
    private const string Features = "features", Shuffled = "of other items", Unread = "not read", Model = "model", Data = "data";
    private static readonly string[] WithoutFeatures = ["mf", "lightgcn"];
    private static readonly double[] Shares = [0, 0.25, 0.5, 0.75, 0.9, 1];

    public override string Name => "uninformative-features";

    public override string Title => "When features say nothing";

    public override string Source => "";

    public override string Question => "How uninformative may features be before models without them, such as MF, are better?";

    public override IReadOnlyList<string> Factors => [Data, Model, Features];

    public override IEnumerable<StudyCell> Cells(StudyRequest request)
    {
        request.RequireModalities(1, Name);
        return
            from data in request.Data
            from cell in request.ModelsOr("lirdrec", "vbpr").Select(StudyRequest.Reading)
                .SelectMany(model => Variants.Select(variant => Cell(model, variant.Name, variant.Variant)))
                .Concat(WithoutFeatures.Select(name => Cell(StudyRequest.Catalog.Find(name), Unread, new())))
            select cell with
            {
                Data = data.Folder,
                Variant = cell.Variant with { Modalities = request.Modalities.GetValueOrDefault(data.Folder) },
                Factors = new(cell.Factors.Prepend(new(Data, data.Dataset.Name))),
            };

        StudyCell Cell(ModelDescription model, string features, DataVariant variant) =>
            request.Cell("", model.Name) with
            {
                Variant = variant,
                Factors = new() { [Model] = model.Title, [Features] = features },
            };
    }

    public override IEnumerable<ReportPart> Report(StudyOutcome outcome)
    {
        string metric = DifferenceTable.Metric.ToString();
        yield return new Paragraph(
            "A share s of noise makes of each feature x the sum √(1 - s) x + √s σ ε, σ being the deviation of its dimension and ε standard normal, so that the spread "
            + $"stays as it is and 1 is noise alone. '{Shuffled}' are each modality's rows dealt to the items at random: true features, of something else. "
            + "All is drawn anew for each seed.");
        yield return DifferenceTable.Reading;
        foreach (IGrouping<string, StudyCell> data in outcome.Plan.Cells.GroupBy(cell => cell.Factors[Data]))
        {
            string title = $"Models as features say less on {data.Key}";
            StudyCell[] flat = [.. data.Where(cell => cell.Factors[Features] == Unread)];
            IGrouping<string, StudyCell>[] models = [.. data.Except(flat).GroupBy(cell => cell.Factors[Model])];
            yield return new LineFigure(
                title,
                $"{metric} on test over the share of noise in the features; the band is ± the standard deviation over seeds. "
                + "Level lines are models that read no features, and those with the features of other items.",
                "share of noise", metric,
                [
                    .. models.Select(model => ResultFigure.Line(model.Key, outcome, model.Where(IsNoise), cell => cell.Variant.Noise)),
                    .. models.Select(model => Level($"{model.Key}, {Shuffled}", outcome, model.First(cell => !IsNoise(cell)))),
                    .. flat.Select(cell => Level(cell.Factors[Model], outcome, cell)),
                ]);
            yield return ResultTable.Of(title, outcome, [.. data], [Model, Features], (_, _) => null);
            foreach (ReportPart part in DifferenceTable.Of(
                $"{title}: difference to the same model with true features", outcome, "model, features",
                [.. models.SelectMany(model => model.Skip(1).Select(cell => ($"{model.Key}, {cell.Factors[Features]}", cell, model.First())))]))
                yield return part;
            foreach (IGrouping<string, StudyCell> model in models)
            {
                foreach (StudyCell other in flat)
                {
                    if (Overtaking(outcome, [.. model.Where(IsNoise)], other) is { } sentence) yield return new Paragraph($"On {data.Key}, {sentence}");
                }
            }
        }
    }

    private static IEnumerable<(string Name, DataVariant Variant)> Variants =>
    [
        .. Shares.Select(share => (share == 0 ? "true" : Text(share) + " noise", new DataVariant { Noise = share })), (Shuffled, new DataVariant { ShuffledRows = true }),
    ];

    /// <summary>Where a model without features becomes better, the line between two shares being straight; null where something is not measured yet.</summary>
    private static string? Overtaking(StudyOutcome outcome, IReadOnlyList<StudyCell> cells, StudyCell other)
    {
        double level = ResultFigure.ValueOf(outcome, other);
        double[] values = [.. cells.Select(cell => ResultFigure.ValueOf(outcome, cell))];
        if (double.IsNaN(level) || values.Any(double.IsNaN)) return null;
        (string model, string name) = (cells[0].Factors[Model], other.Factors[Model]);
        int below = Array.FindIndex(values, value => value < level);
        if (below < 0) return $"{name} does not overtake {model}, not even where its features are noise alone.";
        if (below == 0) return $"{name} is better than {model} even with true features.";
        double from = cells[below - 1].Variant.Noise, to = cells[below].Variant.Noise;
        double crossing = from + ((to - from) * (values[below - 1] - level) / (values[below - 1] - values[below]));
        return $"{name} overtakes {model} where noise is about {Text(Math.Round(crossing, 2))} of its features, by the mean over seeds.";
    }

    private static Line Level(string name, StudyOutcome outcome, StudyCell cell)
    {
        Line line = ResultFigure.Line(name, outcome, [cell], _ => 0);
        return line.X.Count == 0 ? line : line with { X = [0, 1], Y = Twice(line.Y)!, Low = Twice(line.Low), High = Twice(line.High) };

        static IReadOnlyList<double>? Twice(IReadOnlyList<double>? values) => values is null ? null : [values[0], values[0]];
    }

    private static bool IsNoise(StudyCell cell) => !cell.Variant.ShuffledRows;

    private static string Text(double share) => share.ToString("0.##", CultureInfo.InvariantCulture);
}
