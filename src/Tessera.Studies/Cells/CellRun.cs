using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Data.Storage;
using Tessera.Models;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Features;
using Tessera.Recommendation.Graphs;
using Tessera.Recommendation.Metrics;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Runs;
using Tessera.Recommendation.Scoring;
using Tessera.Recommendation.Training;
using Tessera.Studies.Plans;
using Tessera.Studies.Tuning;

namespace Tessera.Studies.Cells;

/// <summary>
/// A cell and a seed, in a folder that studies share: what one has measured, another need not measure again. Its training is kept in <c>NAME</c>, from
/// where it goes on when interrupted, its result in <c>NAME.json</c>, and each user's metrics in <c>NAME.parquet</c>.
/// </summary>
/// <param name="measurement">What is measured, by name; the same cell may be measured in several ways.</param>
/// <param name="folder">The folder of all cells.</param>
/// <param name="protocol">Protocol of the test evaluation.</param>
/// <param name="read">Reads a data set by its folder.</param>
/// <param name="fingerprint">SHA-256 of a data set by its folder.</param>
/// <param name="device">Where to compute, for what is measured.</param>
internal sealed class CellRun(
    string measurement, StudyCell cell, ulong seed, string folder, Protocol protocol, Func<string, Dataset> read, Func<string, string> fingerprint, Device device,
    CancellationToken cancellationToken)
{
    /// <summary>The measurement of cells that are trained and scored, and no more.</summary>
    public const string Training = "training";

    private const string SearchKey = "search", WeightKey = "behaviorWeight";
    private static readonly JsonSerializerOptions KeyFormat = new() { IncludeFields = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };
    private static readonly ModelCatalog Models = ModelCatalog.Of(typeof(LirdRec).Assembly);

    public StudyCell Cell => cell;

    public ulong Seed => seed;

    public Device Device => device;

    public CancellationToken Cancellation => cancellationToken;

    /// <summary>Called with a line about each trial, where the cell's settings are searched.</summary>
    public Action<string>? Note { get; init; }

    /// <summary>What corrects the scores of cells that are corrected, shared among them.</summary>
    public EaseScores Ease { get; init; } = new();

    /// <summary>Folder of the training.</summary>
    public string RunFolder => Path.Combine(folder, Name);

    /// <summary>File of the result.</summary>
    public string ResultFile => RunFolder + ".json";

    /// <summary>File of each user's test metrics.</summary>
    public string UsersFile => Path.ChangeExtension(ResultFile, ".parquet");

    public ModelDescription Model => Models.Find(cell.Model);

    private string Name => $"{measurement}-{cell.Model}-{Key}-{seed}";

    /// <summary>Of all that determines the result: the data's content, wherever it lies; what a study calls the cell does not where that is trained and scored.</summary>
    private string Key => KeyOf(Unnamed(cell));

    private StudyCell Unnamed(StudyCell cell) => measurement == Training ? cell with { Factors = [] } : cell;

    private string KeyOf(StudyCell cell) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize((cell with { Data = fingerprint(cell.Data) }, protocol), KeyFormat))))[..12];

    /// <summary>The data set with the cell's variant.</summary>
    public Dataset ReadData() => ReadData(cell.Variant);

    /// <summary>The data set with another variant.</summary>
    public Dataset ReadData(DataVariant variant) => variant.Apply(read(cell.Data), seed);

    /// <summary>The result; null where it is not measured yet.</summary>
    /// <exception cref="InvalidInputException">The file is damaged.</exception>
    public CellResult? Read() => JsonRecord.ReadIfPresent<CellResult>(ResultFile, "is no result of this measurement", "delete it, and it is measured again", result =>
    {
        if (result.Seed != seed || Identity(result.Cell) != Identity(cell)) throw new JsonException("it is that of another cell or seed");
    });

    /// <summary>What tells a cell from others, wherever its data lies.</summary>
    private string Identity(StudyCell cell) => JsonSerializer.Serialize(Unnamed(cell) with { Data = "" }, KeyFormat);

    /// <summary>Holds the cell for this process alone; null where another one measures it.</summary>
    /// <exception cref="StorageException">The folder cannot be written.</exception>
    public FileStream? TryHold() => TryHold(RunFolder);

    private static FileStream? TryHold(string folder) => StorageException.Guard($"Folder '{Path.GetDirectoryName(folder)}'", () =>
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        return TemporaryFile.TryLock(folder + AtomicFolder.LockSuffix);
    });

    /// <summary>Each user's test metrics; null where they are not measured.</summary>
    /// <exception cref="InvalidInputException">The file is damaged.</exception>
    public UserMetrics? ReadUsers() => UserMetrics.ReadIfPresent(UsersFile);

    /// <summary>Writes down what was measured, after which the training is not gone on with.</summary>
    /// <exception cref="StorageException">The system refuses.</exception>
    public void Write(CellResult result)
    {
        JsonRecord.Write(ResultFile, result);
        new RunDirectory(RunFolder).DeleteCheckpoints();
    }

    /// <summary>Trains the cell's model, or goes on where it was interrupted, and scores test, once for the settings that a search chose.</summary>
    /// <exception cref="InvalidInputException">The cell's settings are searched with this very seed.</exception>
    public CellResult Train(IProgress<TrainingProgress>? progress = null)
    {
        if (cell.Search is { Corrected: true } corrected) return Correct(Trained(corrected with { Corrected = false }));
        Dataset data = ReadData();
        SearchResult? chosen = cell.Search is { } search ? Search(data, search) : null;
        TrainingRun run = Of(data, chosen?.Settings);
        var directory = new RunDirectory(RunFolder);
        RunResult result = run.Execute(RunFolder, device, resume: directory.HoldsRun, GraphCache, progress, cancellationToken);
        JsonObject metrics = result.ToJson(run.Config);
        WriteUsers(data);
        CellResult measured = WithCurve(Result(data));
        if (measured.Curve.Count != (Model.IsItemBased ? 0 : result.Epochs))
            throw new InvalidInputException($"'{directory.EpochsFile}' has {measured.Curve.Count} epochs of a run of {result.Epochs}; delete the folder, and the run is trained again.");
        return measured with
        {
            Epochs = result.Epochs,
            BestEpoch = result.BestEpoch,
            Validation = metrics["validation"]?.DeepClone().AsObject(),
            Test = metrics["test"]?.DeepClone().AsObject(),
            TestAmongCold = metrics["testAmongCold"]?.DeepClone().AsObject(),
            Measured = chosen is null ? [] : new() { [SearchKey] = JsonSerializer.SerializeToNode(chosen) },
        };
    }

    /// <summary>What the search for a result's settings gave; null where there was none.</summary>
    public static SearchResult? SearchOf(CellResult result) => result.Measured[SearchKey]?.Deserialize<SearchResult>();

    /// <summary>The weight of EASE's scores in a result that is corrected by them; null in others.</summary>
    public static float? CorrectionOf(CellResult result) => (float?)result.Measured[WeightKey];

    /// <summary>Options of the model.</summary>
    public object Options => OptionsOf(cell.Settings);

    /// <summary>Options of training.</summary>
    public TrainingOptions TrainingOptions => TrainingOf(cell.Settings);

    /// <summary>Protocol of the test evaluation.</summary>
    public Protocol Protocol => protocol;

    /// <summary>The training of the cell's model.</summary>
    /// <param name="chosen">Settings besides, or null.</param>
    public TrainingRun Of(Dataset data, JsonObject? chosen = null)
    {
        var settings = new JsonObject();
        foreach ((string key, JsonNode? value) in cell.Settings.Concat(chosen ?? [])) settings[key] = value?.DeepClone();
        return new TrainingRun(data, Model, OptionsOf(settings), TrainingOf(settings), seed, protocol);
    }

    /// <summary>What <see cref="Of"/> makes the model of, for a study that trains it itself.</summary>
    /// <param name="rng">Root of the cell's random streams.</param>
    public RecommenderInputs Inputs(Dataset data, Rng rng)
    {
        TrainingOptions training = TrainingOptions;
        Modality[] modalities =
        [
            .. data.Modalities.Select(modality => FeatureTransform.Fit(
                modality, data.Train, training.FeatureScaling, training.FeatureDimensions, device, rng.Stream($"features {modality.Name}"), cancellationToken)
                ?.Apply(modality, device, cancellationToken) ?? modality),
        ];
        return new RecommenderInputs(data.Train, modalities, rng.Stream("model"), new NeighborGraphs(device, GraphCache, cancellationToken));
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

    /// <summary>Folder for nearest-neighbor graphs.</summary>
    public string GraphCache => Directory.CreateDirectory(Path.Combine(folder, "graphs")).FullName;

    /// <summary>Settings chosen on validation, by other seeds than are measured; the same for all that are, and kept.</summary>
    private SearchResult Search(Dataset data, CellSearch search)
    {
        SearchSpace space = PublishedSpaces.Of(Model, [.. data.Modalities.Select(modality => modality.Name)]);
        if (search.Losses) space = PublishedSpaces.WithLosses(space);
        string trials = Path.Combine(folder, "searches", $"{cell.Model}-{KeyOf(cell with { Factors = [], Search = search with { Minutes = 0 } })}"); // whatever the budget: a longer search goes on from a shorter one
        var halving = new SuccessiveHalving(data, Model, space.Fixed(cell.Settings), trials, 60 * search.Minutes)
        {
            Note = line => Note?.Invoke($"{cell.Model}: {line}"),
        };
        using FileStream held = Hold(() => TryHold(trials)); // the cell's other seeds choose by the same search
        return halving.Run(cancellationToken);
    }

    /// <summary>The cell whose settings are searched so, measured with this seed; where another process is at it, once that is done.</summary>
    private CellRun Trained(CellSearch search)
    {
        var run = new CellRun(measurement, cell with { Search = search }, seed, folder, protocol, read, fingerprint, device, cancellationToken) { Note = Note };
        using FileStream held = Hold(run.TryHold);
        if (!File.Exists(run.ResultFile)) run.Write(run.Train());
        return run;
    }

    /// <summary>Waits until something is nobody else's.</summary>
    private FileStream Hold(Func<FileStream?> tryHold)
    {
        while (true)
        {
            if (tryHold() is { } held) return held;
            cancellationToken.WaitHandle.WaitOne(TimeSpan.FromSeconds(1));
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>The result of another cell's training with scores corrected by EASE's.</summary>
    private CellResult Correct(CellRun trained)
    {
        Dataset data = ReadData();
        HeldOut validation = HeldOut.Monitored(data.Train, data.Validation, data.ColdItems), test = HeldOut.Test(data, protocol);
        using TrainedRun run = TrainedRun.Open(trained.RunFolder);
        using IScorer model = run.Scorer();
        BehaviorResidual residual = Ease.Of(data.Train, device, cancellationToken);
        float weight = BehaviorWeight.Choose(model, residual, validation, MetricName.Parse(TrainingOptions.Monitor), data.Train, device, cancellationToken).Weight;
        var corrected = new ResidualScorer(model, residual, weight);
        IReadOnlyList<EvaluationResult> measured = new Evaluator(device, data.Train).Evaluate(corrected, [validation, test], cancellationToken);
        WriteUsers(data, corrected);
        CellResult result = trained.Read()!;
        JsonObject also = result.Measured.DeepClone().AsObject();
        also[WeightKey] = weight;
        return result with { Cell = cell, Validation = measured[0].ToJson(), Test = measured[1].ToJson(), TestAmongCold = null, Curve = [], Measured = also };
    }

    private void WriteUsers(Dataset data)
    {
        using TrainedRun run = TrainedRun.Open(RunFolder);
        using IScorer scorer = run.Scorer();
        WriteUsers(data, scorer);
    }

    /// <summary>Writes each user's test metrics, which <see cref="Train"/> does for what it trains.</summary>
    public void WriteUsers(Dataset data, IScorer scorer)
    {
        HeldOut test = HeldOut.Test(data, protocol);
        if (!test.MeasuresAny(data.Train)) return;
        int[] users = [.. Enumerable.Range(0, data.Users).Where(user => test.Measures(user, data.Train))];
        new UserMetrics(users, new Evaluator(device, data.Train, UserMetrics.Metrics).OfUsers(scorer, test, cancellationToken)).Write(UsersFile);
    }

    private object OptionsOf(JsonObject settings) => OptionsBinder.Bind(Model.OptionsType, settings, typeof(TrainingOptions));

    private TrainingOptions TrainingOf(JsonObject settings) => OptionsBinder.Bind<TrainingOptions>(settings, Model.OptionsType);

    private static string ProgramVersion { get; } = typeof(CellRun).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    private static string MachineName { get; } =
        $"{Processor()}, {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";

    private static string Processor() => File.Exists("/proc/cpuinfo")
        ? InputFile.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString()
        : RuntimeInformation.ProcessArchitecture.ToString();
}
