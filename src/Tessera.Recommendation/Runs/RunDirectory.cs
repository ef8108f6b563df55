using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Recommendation.Checkpoints;

namespace Tessera.Recommendation.Runs;

/// <summary>The files of one run.</summary>
internal sealed partial class RunDirectory(string path)
{
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

    /// <summary>SHA-256 of all that a run answers from, as <c>sha256sum --check</c> reads it.</summary>
    public string ChecksumFile => In(Checksums.FileName);

    /// <summary>Resumable states of the training.</summary>
    public CheckpointStore Checkpoints => new(In(CheckpointsName));

    /// <summary>Whether there is a run, finished or not.</summary>
    public bool HoldsRun => File.Exists(ConfigFile);

    /// <summary>Whether there is a finished run.</summary>
    public bool IsFinished => HoldsRun && File.Exists(MetricsFile);

    /// <summary>What the folder of a finished run is opened by.</summary>
    /// <exception cref="InvalidInputException">The folder holds no finished run, or its configuration is damaged.</exception>
    public RunConfig OpenFinished()
    {
        if (!HoldsRun) throw new InvalidInputException($"There is no '{ConfigFile}'; expected a folder that 'tessera train --out' made.");
        if (!IsFinished) throw new InvalidInputException($"The run in '{Path}' is not finished; finish it with 'tessera train … --resume'.");
        Verify(ConfigFile);
        return RunConfig.Read(ConfigFile);
    }

    /// <summary>Writes the checksums of all that the run answers from. The results, which are not there yet, follow with just this text.</summary>
    /// <exception cref="StorageException">The system refuses.</exception>
    public void WriteChecksums(string metrics)
    {
        (string, string)[] files =
        [
            (Name(ConfigFile), Checksums.Of(ConfigFile)), (Name(EmbeddingsFile), Checksums.Of(EmbeddingsFile)), (Name(KnownFile), Checksums.Of(KnownFile)),
            (Name(MetricsFile), Checksums.OfText(metrics)), (Name(ModelFile), Checksums.Of(ModelFile)),
        ];
        Checksums.Write(Path, files, inBlocks: [Name(EmbeddingsFile), Name(KnownFile)]);
    }

    /// <summary>Refuses a finished run that is not whole: all files are read.</summary>
    /// <exception cref="InvalidInputException">A file is missing, does not match its checksum, or is another run's.</exception>
    public void VerifyAll(RunConfig config)
    {
        foreach (string file in new[] { ConfigFile, MetricsFile, ModelFile, EmbeddingsFile, KnownFile }) Verify(file);
        foreach (string file in new[] { ModelFile, EmbeddingsFile, KnownFile })
        {
            using SafetensorsReader reader = SafetensorsReader.Open(file);
            RequireOwn(file, reader.Metadata, config);
        }
    }

    /// <summary>Refuses a file whose content is not that of <see cref="ChecksumFile"/>.</summary>
    /// <exception cref="InvalidInputException">The file or its checksum is missing, or they disagree.</exception>
    public void Verify(string file)
    {
        if (Checksums.FindDamage(Path, Name(file)) is not null)
            throw new InvalidInputException($"'{file}' is damaged: it is missing or does not match its checksum in {ChecksumFile}; restore it or train again.");
    }

    /// <summary>What a file of the run says of the run.</summary>
    public static Dictionary<string, string> Mark(RunConfig config) => new() { ["model"] = config.Model, ["config"] = config.Hash };

    /// <summary>Refuses a file that another run wrote.</summary>
    /// <exception cref="InvalidInputException">It was.</exception>
    public void RequireOwn(string file, IReadOnlyDictionary<string, string> metadata, RunConfig config)
    {
        foreach ((string key, string value) in Mark(config))
        {
            if (metadata.GetValueOrDefault(key) != value)
                throw new InvalidInputException(
                    $"'{file}' was not written by the run of '{ConfigFile}': its {key} is '{metadata.GetValueOrDefault(key, "none")}', expected '{value}'; "
                    + "restore the files of one run, or train again.");
        }
    }

    private static string Name(string file) => System.IO.Path.GetFileName(file);

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
