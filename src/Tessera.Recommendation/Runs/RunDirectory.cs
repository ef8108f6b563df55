using System.Text;
using Tessera.Recommendation.Checkpoints;

namespace Tessera.Recommendation.Runs;

/// <summary>The files of one run.</summary>
/// <param name="path">The folder.</param>
public sealed class RunDirectory(string path)
{
    /// <summary>The folder.</summary>
    public string Path { get; } = path;

    /// <summary>What determines the run.</summary>
    public string ConfigFile => In("config.json");

    /// <summary>What it reached; written last, so its presence says that the run is complete.</summary>
    public string MetricsFile => In("metrics.json");

    /// <summary>One line of JSON an epoch.</summary>
    public string EpochsFile => In("epochs.jsonl");

    /// <summary>Parameters and buffers of the best epoch.</summary>
    public string ModelFile => In("model.safetensors");

    /// <summary>Final vectors of all users and items.</summary>
    public string EmbeddingsFile => In("embeddings.safetensors");

    /// <summary>Known interactions, and the outside names of users and items, in the data sets' own layout.</summary>
    public string DataDirectory => In("data");

    /// <summary>Resumable states of the training.</summary>
    public CheckpointStore Checkpoints => new(In("checkpoints"));

    /// <summary>Prepares the folder for a run.</summary>
    /// <param name="config">The run's configuration.</param>
    /// <param name="resume">Whether a run of the same configuration may be there already.</param>
    /// <exception cref="InvalidInputException">The folder holds something else, or another configuration.</exception>
    public void Prepare(RunConfig config, bool resume)
    {
        ArgumentNullException.ThrowIfNull(config);
        try
        {
            bool empty = !Directory.Exists(Path) || !Directory.EnumerateFileSystemEntries(Path).Any();
            if (!empty && !resume)
                throw new InvalidInputException($"'{Path}' is not empty; choose another folder, or continue the run in it with --resume.");
            if (!empty && RunConfig.Read(ConfigFile).Hash != config.Hash)
                throw new InvalidInputException(
                    $"The run in '{Path}' has other settings or other data than asked for (see {ConfigFile}); resume it with the same, or choose another folder.");
            Directory.CreateDirectory(Path);
            if (empty) WriteText(ConfigFile, config.ToJson());
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"The folder '{Path}' cannot be written ({cause.Message}); choose another.", cause);
        }
    }

    /// <summary>Writes a text file whole or not at all.</summary>
    public static void WriteText(string path, string text) =>
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
