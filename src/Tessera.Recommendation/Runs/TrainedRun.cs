using System.Globalization;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Data.Storage;

namespace Tessera.Recommendation.Runs;

/// <summary>A finished run, opened to recommend from.</summary>
public sealed partial class TrainedRun : IDisposable
{
    private const string UsersName = "users";
    private const string ItemsName = "items";
    private const string WeightsName = "chunk_weights";
    private const string ChunksKey = "chunks";
    private readonly Dataset _known;
    private readonly Lazy<Dictionary<string, int>?> _userIndices;
    private readonly Lazy<Dictionary<string, int>?> _itemIndices;

    private TrainedRun(RunConfig config, Embeddings embeddings, Dataset known)
    {
        Config = config;
        Embeddings = embeddings;
        _known = known;
        _userIndices = new(() => Indices(known.UserIds));
        _itemIndices = new(() => Indices(known.ItemIds));
    }

    /// <summary>The run's configuration.</summary>
    internal RunConfig Config { get; }

    /// <summary>Final vectors.</summary>
    public Embeddings Embeddings { get; }

    /// <summary>Opens the folder of a finished run.</summary>
    /// <exception cref="InvalidInputException">The folder holds no finished run, or its files are damaged.</exception>
    public static TrainedRun Open(string path)
    {
        var directory = new RunDirectory(path);
        RunConfig config = RunConfig.Read(directory.ConfigFile);
        if (!File.Exists(directory.MetricsFile))
            throw new InvalidInputException($"The run in '{path}' is not finished; finish it with 'tessera train … --resume'.");
        directory.Verify(directory.EmbeddingsFile);
        Dataset known = DatasetReader.Read(directory.DataDirectory);
        using SafetensorsReader reader = SafetensorsReader.Open(directory.EmbeddingsFile);
        string[] chunks = reader.Metadata.TryGetValue(ChunksKey, out string? names) && names.Length > 0 ? names.Split(',') : [];
        Matrix? weights = reader.Entries.Any(entry => entry.Name == WeightsName) ? reader.ReadTensor(WeightsName) : null;
        var embeddings = new Embeddings(reader.ReadTensor(UsersName), reader.ReadTensor(ItemsName), chunks, weights);
        if ((embeddings.Users.Rows, embeddings.Items.Rows) != (known.Users, known.Items))
            throw new InvalidInputException(
                $"'{directory.EmbeddingsFile}' has {embeddings.Users.Rows} users and {embeddings.Items.Rows} items, '{directory.DataDirectory}' {known.Users} and {known.Items}; restore the folder or train again.");
        return new TrainedRun(config, embeddings, known);
    }

    /// <summary>Writes the final vectors and returns the file's SHA-256.</summary>
    internal static string WriteEmbeddings(RunDirectory directory, Embeddings embeddings)
    {
        (string, Matrix)[] tensors = [(UsersName, embeddings.Users), (ItemsName, embeddings.Items)];
        if (embeddings.ChunkWeights is { } weights) tensors = [.. tensors, (WeightsName, weights)];
        return SafetensorsWriter.Write(
            directory.EmbeddingsFile, tensors, new Dictionary<string, string> { [ChunksKey] = string.Join(',', embeddings.Chunks) });
    }

    /// <summary>Writes the known interactions and external names.</summary>
    /// <exception cref="InvalidInputException">The data set cannot be written so that it can be read again.</exception>
    /// <exception cref="StorageException">The system refuses.</exception>
    internal static void WriteData(RunDirectory directory, Dataset dataset)
    {
        if (Directory.Exists(directory.DataDirectory)) Directory.Delete(directory.DataDirectory, recursive: true);
        var known = new Dataset(dataset.Name, dataset.Train, dataset.Validation, dataset.Test, [])
        {
            UserIds = dataset.UserIds,
            ItemIds = dataset.ItemIds,
            ItemTitles = dataset.ItemTitles,
        };
        DatasetWriter.Write(known, directory.DataDirectory);
    }

    /// <summary>Index of a user by its external name, or by its number where the data has no names.</summary>
    /// <exception cref="InvalidInputException">There is no such user.</exception>
    public int FindUser(string id) => Find("user", id, _userIndices.Value, Embeddings.Users.Rows);

    /// <summary>Index of an item by its external name, or by its number where the data has no names.</summary>
    /// <exception cref="InvalidInputException">There is no such item.</exception>
    public int FindItem(string id) => Find("item", id, _itemIndices.Value, Embeddings.Items.Rows);

    /// <inheritdoc/>
    public void Dispose() => Embeddings.Dispose();

    private static Dictionary<string, int>? Indices(IReadOnlyList<string>? ids) =>
        ids?.Select((id, index) => (id, index)).ToDictionary(pair => pair.id, pair => pair.index, StringComparer.Ordinal);

    private static int Find(string kind, string id, Dictionary<string, int>? indices, int count)
    {
        if (indices is not null)
        {
            return indices.TryGetValue(id, out int known) ? known
                : throw new InvalidInputException($"There is no {kind} '{id}' in the run; expected one of its {count:N0} {kind} ids, such as '{indices.Keys.First()}'.");
        }

        return int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < count ? index
            : throw new InvalidInputException($"There is no {kind} '{id}' in the run; expected a number from 0 to {count - 1}.");
    }
}
