using System.Globalization;
using System.Text.Json;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Studies.Cells;
using Tessera.Studies.Plans;
using Tessera.Studies.Reports;

namespace Tessera.Studies.Paper;

/// <summary>Table I: sizes of the data sets. Nothing is trained.</summary>
internal sealed class StatisticsStudy : Study
{
    private static readonly Dictionary<string, (int Users, int Items, int Interactions, double Sparsity)> Published = new(StringComparer.OrdinalIgnoreCase)
    {
        ["baby"] = (19_445, 7_050, 160_792, 0.9988),
        ["sports"] = (35_598, 18_357, 296_337, 0.9995),
        ["clothing"] = (39_387, 23_033, 278_677, 0.9997),
        ["electronics"] = (192_403, 63_001, 1_689_188, 0.9999),
        ["elec"] = (192_403, 63_001, 1_689_188, 0.9999),
        ["microlens"] = (98_129, 17_228, 705_174, 0.9996),
    };

    // Section IV-A, of the Amazon data sets.
    private static readonly Dictionary<string, int> PublishedDimensions = new() { ["image"] = 4096, ["text"] = 384 };

    public override string Name => "statistics";

    public override string Title => "The data sets";

    public override string Source => "Table I";

    public override string Question => "How many users, items and interactions are there, how sparse are they, and what features have the items?";

    public override IReadOnlyList<string> Factors => ["data"];

    public override IEnumerable<StudyCell> Cells(StudyRequest request)
    {
        if (request.Models.Count > 0)
            throw new InvalidInputException($"The study {Name} counts data and trains nothing, so the models {string.Join(", ", request.Models)} would do nothing; leave them out.");
        if (request.Settings.Count > 0)
            throw new InvalidInputException($"The study {Name} counts data and trains nothing, so {string.Join(", ", request.Settings.Select(one => one.Key))} would do nothing; leave such settings out.");
        return request.Data.Select(data => new StudyCell(data.Folder, Name) { Factors = new() { ["data"] = data.Dataset.Name } });
    }

    public override bool Trains(StudyCell cell) => false;

    public override string Measurement => Name;

    public override CellResult Measure(CellRun run)
    {
        Dataset data = run.ReadData();
        return run.Result(data) with { Measured = JsonSerializer.SerializeToNode(DatasetStatistics.Of(data))!.AsObject() };
    }

    public override IEnumerable<ReportPart> Report(StudyOutcome outcome)
    {
        (string Name, DatasetStatistics Size)[] all =
            [.. outcome.Measured.Select(one => (one.Cell.Factors["data"], one.Results[0].Measured.Deserialize<DatasetStatistics>()!))];
        yield return new Table(
            "Users, items and interactions", ["data", "users", "items", "interactions", "sparsity", "training", "validation", "test", "items without training"],
            [.. all.Select(data => Sizes(data.Name, data.Size))]);
        yield return new Table(
            "Features of the items", ["data", "modality", "dimensions", "items without", "encoder"],
            [.. all.SelectMany(data => data.Size.Modalities.Select(modality => Features(data.Name, modality)))]);
    }

    private static IReadOnlyList<TableCell> Sizes(string name, DatasetStatistics size)
    {
        (int Users, int Items, int Interactions, double Sparsity)? paper = Published.TryGetValue(name, out var found) ? found : null;
        return
        [
            name, Count(size.Users, paper?.Users), Count(size.Items, paper?.Items), Count(size.Interactions, paper?.Interactions),
            new TableCell(string.Create(CultureInfo.InvariantCulture, $"{100 * size.Sparsity:F2}%"), size.Sparsity, Paper: paper?.Sparsity),
            Count(size.TrainInteractions), Count(size.ValidationInteractions), Count(size.TestInteractions), Count(size.ColdItems),
        ];
    }

    private static IReadOnlyList<TableCell> Features(string name, ModalityStatistics modality)
    {
        int? paper = name.ToUpperInvariant() is "BABY" or "SPORTS" or "CLOTHING" && PublishedDimensions.TryGetValue(modality.Name, out int found) ? found : null;
        return [name, modality.Name, Count(modality.Dimensions, paper), Count(modality.Missing), modality.Encoder ?? "not said"];
    }

    private static TableCell Count(long number, long? paper = null) => new(number.ToString("N0", CultureInfo.InvariantCulture), number, Paper: paper);
}
