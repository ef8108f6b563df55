using System.Runtime.InteropServices;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Data.Storage;
using Tessera.Models;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Features;
using Tessera.Recommendation.Graphs;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Runs;
using Tessera.Recommendation.Training;
using Tessera.Studies.Plans;

namespace Tessera.Studies.Cells;

/// <summary>
/// A cell and a seed, in a study's folder: its training is kept in <c>runs/KEY-SEED</c>, from where it goes on when interrupted, its result in
/// <c>results/KEY-SEED.json</c>.
/// </summary>
/// <param name="folder">Folder of the study.</param>
/// <param name="protocol">Protocol of the test evaluation.</param>
internal sealed class CellRun(StudyCell cell, ulong seed, string folder, Protocol protocol, Device device, CancellationToken cancellation)
{
    private static readonly ModelCatalog Models = ModelCatalog.Of(typeof(LirdRec).Assembly);

    public StudyCell Cell => cell;

    public ulong Seed => seed;

    public Device Device => device;

    public CancellationToken Cancellation => cancellation;

    /// <summary>Folder of the training.</summary>
    public string RunFolder => Path.Combine(folder, "runs", Name);

    /// <summary>File of the result.</summary>
    public string ResultFile => Path.Combine(folder, "results", $"{Name}.json");

    public ModelDescription Model => Models.Find(cell.Model);

    private string Name => $"{cell.Model}-{Key}-{seed}";

    private string Key => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(cell))))[..12];

    /// <summary>The data set with the cell's variant.</summary>
    public Dataset ReadData() => cell.Variant.Apply(DatasetReader.Read(cell.Data, cancellation), seed);

    /// <summary>The result; null where it is not measured yet.</summary>
    /// <exception cref="InvalidInputException">The file is damaged.</exception>
    public CellResult? Read() => JsonRecord.ReadIfPresent<CellResult>(ResultFile, "is no result of a study", "delete it, and it is measured again");

    /// <summary>Trains the cell's model, or goes on where it was interrupted, and scores test.</summary>
    public CellResult Train(IProgress<TrainingProgress>? progress = null)
    {
        Dataset data = ReadData();
        TrainingRun run = Of(data);
        var directory = new RunDirectory(RunFolder);
        RunResult result = run.Execute(RunFolder, device, resume: directory.HoldsRun, GraphCache, progress, cancellation);
        JsonObject metrics = result.ToJson(run.Config);
        return WithCurve(Result(data)) with
        {
            Epochs = result.Epochs,
            BestEpoch = result.BestEpoch,
            Validation = metrics["validation"]?.DeepClone().AsObject(),
            Test = metrics["test"]?.DeepClone().AsObject(),
            TestAmongCold = metrics["testAmongCold"]?.DeepClone().AsObject(),
        };
    }

    /// <summary>Options of the model.</summary>
    public object Options => OptionsBinder.Bind(Model.OptionsType, cell.Settings, typeof(TrainingOptions));

    /// <summary>Options of training.</summary>
    public TrainingOptions Training => OptionsBinder.Bind<TrainingOptions>(cell.Settings, Model.OptionsType);

    /// <summary>Protocol of the test evaluation.</summary>
    public Protocol Protocol => protocol;

    /// <summary>The training of the cell's model.</summary>
    public TrainingRun Of(Dataset data) => new(data, Model, Options, Training, seed, protocol);

    /// <summary>What <see cref="Of"/> makes the model of, for a study that trains it itself.</summary>
    /// <param name="rng">Root of the cell's random streams.</param>
    public RecommenderInputs Inputs(Dataset data, Rng rng)
    {
        TrainingOptions training = Training;
        Modality[] modalities =
        [
            .. data.Modalities.Select(modality => FeatureTransform.Fit(
                modality, data.Train, training.FeatureScaling, training.FeatureDimensions, device, rng.Stream($"features {modality.Name}"), cancellation)
                ?.Apply(modality, device, cancellation) ?? modality),
        ];
        return new RecommenderInputs(data.Train, modalities, rng.Stream("model"), new NeighborGraphs(device, GraphCache, cancellation));
    }

    /// <summary>A result with the epochs of the training in <see cref="RunFolder"/>, none for a model that has none.</summary>
    public CellResult WithCurve(CellResult result)
    {
        string epochs = new RunDirectory(RunFolder).EpochsFile;
        JsonObject[] curve = File.Exists(epochs) ? [.. InputFile.ReadLines(epochs).Select(line => JsonNode.Parse(line)!.AsObject())] : [];
        return result with { Curve = curve, Seconds = curve.Sum(epoch => (double)epoch["trainSeconds"]! + (double)epoch["evaluateSeconds"]!) };
    }

    /// <summary>A result without measurements.</summary>
    public CellResult Result(Dataset data) => new(cell, seed, DatasetFingerprint.Of(data), ProgramVersion, MachineName, Seconds: 0);

    private string GraphCache => Directory.CreateDirectory(Path.Combine(folder, "graphs")).FullName;

    private static string ProgramVersion { get; } = typeof(CellRun).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    private static string MachineName { get; } =
        $"{Processor()}, {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";

    private static string Processor() => File.Exists("/proc/cpuinfo")
        ? InputFile.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString()
        : RuntimeInformation.ProcessArchitecture.ToString();
}
