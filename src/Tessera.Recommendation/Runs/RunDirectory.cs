using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Recommendation.Checkpoints;

namespace Tessera.Recommendation.Runs;

/// <summary>The files of one run.</summary>
internal sealed class RunDirectory(string path)
{
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

    /// <summary>SHA-256 of <see cref="ModelFile"/> and <see cref="EmbeddingsFile"/>, as <c>sha256sum --check</c> reads it.</summary>
    public string ChecksumFile => In(Checksums.FileName);

    /// <summary>Known interactions, and the external names of users and items, in the data sets' own layout.</summary>
    public string DataDirectory => In("data");

    /// <summary>Resumable states of the training.</summary>
    public CheckpointStore Checkpoints => new(In("checkpoints"));

    /// <summary>Checks, without writing anything, that the folder may take a run.</summary>
    /// <param name="resume">Whether a run of the same configuration may be there already.</param>
    /// <exception cref="InvalidInputException">The folder holds something else, or another configuration.</exception>
    public void Check(RunConfig config, bool resume)
    {
        if (File.Exists(Path)) throw new InvalidInputException($"'{Path}' is a file; expected a folder for the run, so choose another.");
        if (IsEmpty) return;
        if (!resume)
            throw new InvalidInputException($"'{Path}' is not empty; choose another folder, or resume the run in it (--resume; resume: true from C#).");
        if (RunConfig.Read(ConfigFile).Hash != config.Hash)
            throw new InvalidInputException(
                $"The run in '{Path}' was started with other settings or other data (see {ConfigFile}); resume it with those, or choose another folder.");
    }

    /// <summary>Creates the folder of a run with its configuration, or finds that of the same run.</summary>
    /// <param name="resume">Whether a run of the same configuration may be there already.</param>
    /// <exception cref="InvalidInputException">The folder holds something else, or another configuration.</exception>
    /// <exception cref="StorageException">The folder cannot be written.</exception>
    public void Prepare(RunConfig config, bool resume)
    {
        Check(config, resume);
        AtomicFolder.RefuseBelowFile(Path);
        if (IsEmpty) StorageException.Guard($"Folder '{Path}'", () => AtomicFile.WriteText(ConfigFile, config.ToJson()));
    }

    /// <summary>Writes <see cref="ChecksumFile"/> from the files' paths and checksums.</summary>
    internal void WriteChecksums(params IEnumerable<(string File, string Checksum)> files) =>
        Checksums.Write(Path, files.Select(file => (System.IO.Path.GetFileName(file.File), file.Checksum)));

    /// <summary>Refuses a file whose content is not that of <see cref="ChecksumFile"/>.</summary>
    /// <exception cref="InvalidInputException">The file or its checksum is missing, or they disagree.</exception>
    internal void Verify(string file)
    {
        if (Checksums.FindDamage(Path, System.IO.Path.GetFileName(file)) is not null)
            throw new InvalidInputException($"'{file}' is damaged: it is missing or does not match its checksum in {ChecksumFile}; restore it or train again.");
    }

    private bool IsEmpty => !Directory.Exists(Path) || !Directory.EnumerateFileSystemEntries(Path).Any();

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
