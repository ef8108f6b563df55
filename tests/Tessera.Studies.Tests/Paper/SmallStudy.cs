using System.Text.Json.Nodes;
using Tessera.Compute.Devices;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Data.Synthetic;
using Tessera.Recommendation.Evaluation;
using Tessera.Studies.Cells;
using Tessera.Studies.Paper;
using Tessera.Studies.Plans;
using Tessera.Studies.Reports;

namespace Tessera.Studies.Tests.Paper;

/// <summary>A study of a small made data set, with models of few epochs.</summary>
internal sealed class SmallStudy : IDisposable
{
    private readonly TemporaryDirectory _folder = new();
    private readonly Device _device = new(1);

    /// <param name="name">Name of the data set.</param>
    /// <param name="modalities">Names of its two modalities.</param>
    public SmallStudy(string name = "small", string[]? modalities = null)
    {
        Data = _folder.In(name);
        var options = new SyntheticDatasetOptions { Users = 60, Items = 40, MeanInteractions = 8, VisualDimensions = 6, TextualDimensions = 4, Seed = 3 };
        Dataset made = SyntheticDataset.Create(options).Dataset;
        DatasetWriter.Write(new Dataset(name, made.Train, made.Validation, made.Test, [.. made.Modalities.Select((modality, m) => new Modality(modalities?[m] ?? modality.Name, modality.Features))]), Data);
    }

    /// <summary>Folder of the data.</summary>
    public string Data { get; }

    public Device Device => _device;

    /// <summary>A file or folder beside the data.</summary>
    public string In(string name) => _folder.In(name);

    public Dataset Read() => DatasetReader.Read(Data);

    /// <param name="modalities">The data's modalities; null for all it has.</param>
    public StudyRequest Request(IReadOnlyList<string>? models = null, JsonObject? settings = null, IReadOnlyCollection<string>? modalities = null) =>
        new([(Data, modalities is null ? Read() : Read().WithModalities(modalities))], models ?? [], settings ?? Tiny());

    public StudyPlan Plan(string study, JsonObject? settings = null, IReadOnlyList<string>? models = null, IReadOnlyList<ulong>? seeds = null) =>
        Plan(study, Request(models, settings), seeds);

    public static StudyPlan Plan(string study, StudyRequest request, IReadOnlyList<ulong>? seeds = null) =>
        new(study, seeds ?? [1], [.. StudyCatalog.Find(study).Cells(request)]) { Protocol = Protocol.Strict };

    /// <summary>Settings of a model that is small and trained briefly.</summary>
    /// <param name="others">Settings besides.</param>
    public static JsonObject Tiny(int epochs = 2, JsonObject? others = null)
    {
        var settings = new JsonObject { ["epochs"] = epochs, ["embeddingSize"] = 8, ["learningRate"] = 1e-2 };
        foreach ((string key, JsonNode? value) in others ?? []) settings[key] = value?.DeepClone();
        return settings;
    }

    public StudyRunner Runner(StudyPlan plan, Action<string>? note = null, string out_ = "study") =>
        new(StudyCatalog.Find(plan.Study), plan, In(out_)) { Note = note, Parallel = 1 };

    /// <summary>Checks a plan and measures all of it.</summary>
    public Report Run(StudyPlan plan)
    {
        StudyRunner runner = Runner(plan);
        runner.Check();
        runner.Measure(null, default);
        return runner.Report();
    }

    /// <summary>What a cell gave.</summary>
    /// <param name="seed">One of the plan's seeds; null for the first.</param>
    public CellResult ResultOf(StudyPlan plan, StudyCell cell, ulong? seed = null) => Runner(plan).Of(cell, seed ?? plan.Seeds[0]).Read()!;

    /// <summary>Recall@20 of a cell on test.</summary>
    public double RecallOf(StudyPlan plan, StudyCell cell, ulong? seed = null) => ResultTable.TestOf(ResultOf(plan, cell, seed), "Recall@20")!.Value;

    /// <summary>Stops a study after one cell, lets it go on, and compares its report to that of one that ran through.</summary>
    public void AssertResumes(StudyPlan plan)
    {
        plan.Write(In("plan.json"));
        StudyPlan read = StudyPlan.Read(In("plan.json"));
        using var stop = new CancellationTokenSource();
        StudyRunner stopped = Runner(read, _ => stop.Cancel(), "stopped");
        Assert.Throws<OperationCanceledException>(() => stopped.Measure(null, stop.Token));
        string first = Assert.Single(Directory.GetFiles(In("stopped"), "*.json"));
        DateTime written = File.GetLastWriteTimeUtc(first);
        stopped.Measure(null, default);
        Assert.Equal(written, File.GetLastWriteTimeUtc(first));
        Assert.Equal(Texts(Run(plan)), Texts(stopped.Report()));
    }

    public static IReadOnlyList<string> Texts(Report report) =>
        [.. report.Parts.OfType<Table>().SelectMany(table => table.Rows).SelectMany(row => row).Select(cell => cell.Text), .. report.Parts.OfType<Paragraph>().Select(one => one.Text)];

    /// <summary>The table of this beginning.</summary>
    public static Table TableOf(Report report, string title) => report.Parts.OfType<Table>().Single(table => table.Title.StartsWith(title, StringComparison.Ordinal));

    public void Dispose()
    {
        _device.Dispose();
        _folder.Dispose();
    }
}
