using System.Globalization;
using System.Numerics.Tensors;
using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Data.Storage;

namespace Tessera.Recommendation.Runs;

/// <summary>A finished run, opened to recommend from.</summary>
public sealed class TrainedRun : IDisposable
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
        };
        DatasetWriter.Write(known, directory.DataDirectory);
    }

    /// <summary>Index of a user by its external name, or by its number where the data has no names.</summary>
    /// <exception cref="InvalidInputException">There is no such user.</exception>
    public int FindUser(string id) => Find("user", id, _userIndices.Value, Embeddings.Users.Rows);

    /// <summary>Index of an item by its external name, or by its number where the data has no names.</summary>
    /// <exception cref="InvalidInputException">There is no such item.</exception>
    public int FindItem(string id) => Find("item", id, _itemIndices.Value, Embeddings.Items.Rows);

    /// <summary>How much each chunk (modality) counts for a user, adding up to 1; empty where the model does not say.</summary>
    public IReadOnlyDictionary<string, float> ChunkWeights(int user) =>
        new OrderedDictionary<string, float>(
            Embeddings.Chunks.Zip(Embeddings.ChunkWeights?.Row(user).ToArray() ?? [], KeyValuePair.Create));

    /// <summary>The items with the highest scores for a user, without those the user has already.</summary>
    /// <param name="count">How many, 1 or more; fewer are returned where fewer are left.</param>
    public IReadOnlyList<RankedItem> Recommend(int user, int count)
    {
        ReadOnlySpan<float> query = Embeddings.Users.Row(user);
        using var scores = new Matrix(1, Embeddings.Items.Rows);
        for (int item = 0; item < scores.Columns; item++) scores[0, item] = TensorPrimitives.Dot(query, Embeddings.Items.Row(item));
        foreach (Interactions split in new[] { _known.Train, _known.Validation, _known.Test })
            foreach (int item in split.ItemsOf(user)) scores[0, item] = float.NegativeInfinity;
        return Best(scores, count, item => Shares(user, item));
    }

    /// <summary>The items whose vectors have the highest cosine similarity with an item's, itself left out.</summary>
    /// <param name="count">How many, 1 or more.</param>
    public IReadOnlyList<RankedItem> Similar(int item, int count)
    {
        ReadOnlySpan<float> query = Embeddings.Items.Row(item);
        using var scores = new Matrix(1, Embeddings.Items.Rows);
        for (int other = 0; other < scores.Columns; other++)
            scores[0, other] = TensorPrimitives.CosineSimilarity(query, Embeddings.Items.Row(other));
        scores[0, item] = float.NegativeInfinity;
        var none = new Dictionary<string, float>();
        return Best(scores, count, _ => none);
    }

    /// <inheritdoc/>
    public void Dispose() => Embeddings.Dispose();

    /// <summary>The items with the highest scores <c>[1 x |I|]</c>, as the evaluator ranks them; -∞ and NaN are left out.</summary>
    private List<RankedItem> Best(Matrix scores, int count, Func<int, IReadOnlyDictionary<string, float>> shares)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var items = new int[Math.Min(count, scores.Columns)];
        var best = new float[items.Length];
        using var device = new Device(threads: 1); // without threads; one a call, so that calls may run side by side
        device.TopK(scores, columnScales: null, maskStarts: [], maskColumns: [], items, best);
        return [.. items.Zip(best).Where(pair => pair.First >= 0)
            .Select(pair => new RankedItem(pair.First, _known.ItemName(pair.First), pair.Second, shares(pair.First)))];
    }

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

    private OrderedDictionary<string, float> Shares(int user, int item)
    {
        var shares = new OrderedDictionary<string, float>();
        foreach ((int chunk, string name) in Embeddings.Chunks.Index())
        {
            int width = Embeddings.Items.Columns / Embeddings.Chunks.Count;
            Range columns = (chunk * width)..((chunk + 1) * width);
            shares.Add(name, TensorPrimitives.Dot<float>(Embeddings.Users.Row(user)[columns], Embeddings.Items.Row(item)[columns]));
        }

        return shares;
    }
}
