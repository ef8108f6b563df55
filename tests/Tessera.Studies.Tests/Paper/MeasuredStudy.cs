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

/// <summary>A study of a small data set, of modalities image and text, by trainings of two epochs.</summary>
internal sealed class MeasuredStudy : IDisposable
{
    private readonly TemporaryDirectory _folder = new();
    private readonly Device _device = new(1);

    /// <summary>What is asked for.</summary>
    /// <param name="settings">Options besides.</param>
    /// <param name="modalities">Those of the data set; null for image and text.</param>
    public StudyRequest Request(IReadOnlyList<string>? models = null, JsonObject? settings = null, IReadOnlyCollection<string>? modalities = null)
    {
        string folder = _folder.In(modalities is null ? "small" : "small-" + string.Join('-', modalities));
        if (!Directory.Exists(folder))
        {
            var options = new SyntheticDatasetOptions { Users = 60, Items = 40, MeanInteractions = 8, VisualDimensions = 6, TextualDimensions = 4, Seed = 3 };
            Dataset data = SyntheticDataset.Create(options).Dataset;
            DatasetWriter.Write(modalities is null ? data : data.WithModalities(modalities), folder);
        }

        var all = new JsonObject { ["epochs"] = 2, ["embeddingSize"] = 8, ["learningRate"] = 1e-2 };
        foreach ((string key, JsonNode? value) in settings ?? []) all[key] = value?.DeepClone();
        return new StudyRequest([(folder, DatasetReader.Read(folder))], models ?? [], all);
    }

    /// <summary>Measures all there is and reports it.</summary>
    public (StudyPlan Plan, Report Report) Run(string study, StudyRequest request, params ulong[] seeds)
    {
        Study found = StudyCatalog.Find(study);
        var plan = new StudyPlan(found.Name, seeds.Length > 0 ? seeds : [1], [.. found.Cells(request)]) { Protocol = Protocol.Strict };
        StudyRunner runner = Runner(plan);
        runner.Measure(null, default);
        return (plan, runner.Report());
    }

    /// <summary>The report of a plan of which nothing is measured.</summary>
    public Report Unmeasured(string study, StudyRequest request) => Runner(new StudyPlan(study, [1], [.. StudyCatalog.Find(study).Cells(request)]), "unmeasured").Report();

    /// <summary>A cell and a seed as <see cref="Run"/> measured it.</summary>
    public CellRun Cell(StudyCell cell, ulong seed = 1) => Runner(new StudyPlan("components", [seed], [cell])).Of(cell, seed, _device);

    /// <summary>Where the trials of searches are.</summary>
    public string Searches => _folder.In("study/searches");

    /// <summary>Its test Recall@20.</summary>
    public double RecallOf(StudyCell cell, ulong seed = 1) => ResultTable.TestOf(Cell(cell, seed).Read()!, "Recall@20")!.Value;

    public void Dispose()
    {
        _device.Dispose();
        _folder.Dispose();
    }

    private StudyRunner Runner(StudyPlan plan, string name = "study") => new(StudyCatalog.Find(plan.Study), plan, _folder.In(name)) { Parallel = 1 };
}
