using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Data.Storage;
using Tessera.Recommendation.Checkpoints;

namespace Tessera.Recommendation.Runs;

/// <summary>The files of one run.</summary>
internal sealed partial class RunDirectory(string path)
{
    /// <summary>Where a file of the run names the model.</summary>
    public const string ModelKey = "model";

    private const string ConfigKey = "config";
    private const string FileKey = "file";
    private const string CheckpointsName = "checkpoints";

    public string Path { get; } = path;

    /// <summary>What determines the run.</summary>
    public string ConfigFile => In("config.json");

    /// <summary>Its results; written last, so their presence says that the run is complete.</summary>
    public string MetricsFile => In("metrics.json");

    /// <summary>One line of JSON an epoch.</summary>
    public string EpochsFile => In("epochs.jsonl");

    /// <summary>Parameters and buffers of the best epoch.</summary>
    public string ModelFile => In("model.safetensors");

    /// <summary>Final vectors of all users and items.</summary>
    public string EmbeddingsFile => In("embeddings.safetensors");

    /// <summary>Known interactions, and the external ids of users and items.</summary>
    public string KnownFile => In("known.safetensors");

    /// <summary>How features were transformed; absent where they were not.</summary>
    public string FeaturesFile => In("features.safetensors");

    /// <summary>What new items and users are placed by; absent in runs of earlier versions.</summary>
    public string LiveFile => In("live.safetensors");

    /// <summary>Folder of the items and users that came after training.</summary>
    public string AdditionsFolder => In("additions");

    /// <summary>Folder of its report, unless another is chosen; of no use to the run itself.</summary>
    public string ReportFolder => In("report");

    /// <summary>Where the data set may lie that the run was trained on; of no use to the run itself.</summary>
    public string DatasetFolder => In("dataset");

    /// <summary>Whether the run keeps what new items and users are placed by.</summary>
    public bool HasLive => Checksums.Lists(Path, Name(LiveFile));

    /// <summary>The item-based part of the scores; absent where there is none.</summary>
    public string BehaviorFile => In("behavior.safetensors");

    /// <summary>The encoders that were fitted to the items trained on, for later ones.</summary>
    private string[] EncoderFiles => Directory.GetFiles(Path, "*" + EncoderFile.Suffix);

    /// <summary>SHA-256 of all that a run answers from, as <c>sha256sum --check</c> reads it.</summary>
    public string ChecksumFile => In(Checksums.FileName);

    /// <summary>Resumable states of the training.</summary>
    public CheckpointStore Checkpoints => new(In(CheckpointsName));

    /// <summary>Frees the room of the states from which a run that is finished would have gone on.</summary>
    /// <exception cref="StorageException">The system refuses.</exception>
    public void DeleteCheckpoints() => StorageException.Guard($"Folder '{In(CheckpointsName)}'", () =>
    {
        if (Directory.Exists(In(CheckpointsName))) Directory.Delete(In(CheckpointsName), recursive: true);
    });

    /// <summary>Whether there is a run, finished or not.</summary>
    public bool HoldsRun => File.Exists(ConfigFile);

    /// <summary>Whether there is a finished run.</summary>
    public bool IsFinished => HoldsRun && File.Exists(MetricsFile);

    /// <summary>Finds the folder that of a finished run.</summary>
    /// <returns>SHA-256 of its configuration, by which its other files name it.</returns>
    /// <exception cref="InvalidInputException">The folder holds no finished run, or its configuration is damaged.</exception>
    public string OpenFinished()
    {
        if (!HoldsRun) throw new InvalidInputException($"There is no '{ConfigFile}'; expected a folder that 'tessera train --out' made.");
        if (!IsFinished) throw new InvalidInputException($"The run in '{Path}' is not finished; give the command that began it once more, with --resume.");
        return Verify(ConfigFile);
    }

    /// <summary>Writes the checksums of all that the run answers from. The results, which are not there yet, follow with just this text.</summary>
    /// <exception cref="StorageException">The system refuses.</exception>
    public void WriteChecksums(string metrics)
    {
        string[] files = [.. new[] { BehaviorFile, ConfigFile, EmbeddingsFile, FeaturesFile, KnownFile, LiveFile, ModelFile }.Where(File.Exists), .. EncoderFiles];
        (string File, string Checksum)[] checksums = [.. files.Select(file => (Name(file), Checksums.Of(file))), (Name(MetricsFile), Checksums.OfText(metrics))];
        string[] inBlocks = [.. new[] { BehaviorFile, EmbeddingsFile, KnownFile, LiveFile }.Where(File.Exists).Select(Name)];
        Checksums.Write(Path, checksums.OrderBy(one => one.File, StringComparer.Ordinal), inBlocks);
    }

    /// <summary>Refuses a finished run that is not whole: all files are read.</summary>
    /// <returns>Its configuration.</returns>
    /// <exception cref="InvalidInputException">A file is missing, does not match its checksum, or is another run's.</exception>
    public RunConfig VerifyAll()
    {
        string hash = Verify(ConfigFile);
        RunConfig config = RunConfig.Read(ConfigFile);
        Verify(MetricsFile);
        List<string> files = [KnownFile];
        if (!config.IsItemBased) files.AddRange(ModelFile, EmbeddingsFile);
        if (config.Training.TransformsFeatures) files.Add(FeaturesFile);
        if (config.HasBehavior) files.Add(BehaviorFile);
        if (HasLive) files.Add(LiveFile);
        foreach (string file in files)
        {
            Verify(file);
            using SafetensorsReader reader = SafetensorsReader.Open(file);
            RequireOwn(file, reader.Metadata, hash);
            RequireMark(file, reader.Metadata, ModelKey, config.Model);
        }

        foreach (string modality in config.Modalities) FindEncoder(modality);
        return config;
    }

    /// <summary>The encoder that was fitted to the items trained on and made a modality; null where the run keeps none.</summary>
    /// <exception cref="InvalidInputException">It is missing or damaged.</exception>
    public string? FindEncoder(string modality)
    {
        string file = EncoderFile.PathOf(Path, modality);
        if (!Checksums.Lists(Path, Name(file))) return null;
        Verify(file);
        return file;
    }

    /// <summary>Refuses a file whose content is not that of <see cref="ChecksumFile"/>.</summary>
    /// <returns>Its SHA-256.</returns>
    /// <exception cref="InvalidInputException">The file or its checksum is missing, or they disagree.</exception>
    public string Verify(string file) => Checksums.FindDamage(Path, out string checksum, Name(file)) is null ? checksum
        : throw new InvalidInputException($"'{file}' is damaged: it is missing or does not match its checksum in {ChecksumFile}; restore it or train again.");

    /// <summary>What a file of the run says of itself and of the run.</summary>
    public static Dictionary<string, string> Mark(string file, RunConfig config) =>
        new() { [FileKey] = Name(file), [ModelKey] = config.Model, [ConfigKey] = config.Hash };

    /// <summary>Refuses a file that another run wrote, or that was written under another name.</summary>
    /// <param name="config">SHA-256 of the run's configuration.</param>
    /// <exception cref="InvalidInputException">It was.</exception>
    public void RequireOwn(string file, IReadOnlyDictionary<string, string> metadata, string config)
    {
        RequireMark(file, metadata, FileKey, Name(file));
        RequireMark(file, metadata, ConfigKey, config);
    }

    private void RequireMark(string file, IReadOnlyDictionary<string, string> metadata, string key, string expected)
    {
        if (metadata.GetValueOrDefault(key, "none") is var found && found != expected)
            throw new InvalidInputException(
                $"'{file}' was not written by the run of '{ConfigFile}': its {key} is {found}, expected {expected}; restore the files of one run, or train again.");
    }

    private static string Name(string file) => System.IO.Path.GetFileName(file);

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
