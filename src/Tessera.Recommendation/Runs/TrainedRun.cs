using System.Globalization;
using System.Numerics.Tensors;
using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;
using Tessera.Data;

namespace Tessera.Recommendation.Runs;

/// <summary>
/// A finished run, opened to recommend from. Opening reads little: interactions, ids and vectors are read, and checked, when they are asked for.
/// </summary>
public sealed class TrainedRun : IDisposable
{
    private readonly RunVectors _vectors;
    private readonly KnownData _known;

    private readonly Lazy<RunConfig> _config;

    private TrainedRun(string configFile, RunVectors vectors, KnownData known) =>
        (_config, _vectors, _known) = (new(() => RunConfig.Read(configFile)), vectors, known);

    /// <summary>Name of the run's model in the catalog.</summary>
    internal string Model => _vectors.Model;

    /// <summary>The run's configuration.</summary>
    /// <exception cref="InvalidInputException">It cannot be read.</exception>
    internal RunConfig Config => _config.Value;

    /// <summary>Final vectors of all users and items, which belong to the run and are gone with it.</summary>
    /// <exception cref="InvalidInputException">They are damaged.</exception>
    public Embeddings Embeddings => _vectors.All;

    /// <summary>Opens the folder of a finished run. What is read of it later is checked then, and may be refused then.</summary>
    /// <exception cref="InvalidInputException">The folder holds no finished run, or its files are damaged or of several runs.</exception>
    public static TrainedRun Open(string path) => Open(path, verifyAll: false);

    /// <summary>Opens the folder of a finished run.</summary>
    /// <param name="verifyAll">Whether to read and check all of its files first, those among them that nothing here answers from.</param>
    /// <exception cref="InvalidInputException">The folder holds no finished run, or its files are damaged or of several runs.</exception>
    internal static TrainedRun Open(string path, bool verifyAll)
    {
        var directory = new RunDirectory(path);
        string config = directory.OpenFinished();
        if (verifyAll) directory.VerifyAll();
        RunVectors vectors = RunVectors.Open(directory, config);
        try
        {
            KnownData known = KnownData.Open(directory, config);
            if ((vectors.UserCount, vectors.ItemCount) == (known.Users, known.Items)) return new TrainedRun(directory.ConfigFile, vectors, known);
            known.Dispose();
            throw new InvalidInputException(
                $"'{directory.EmbeddingsFile}' has {vectors.UserCount} users and {vectors.ItemCount} items, '{directory.KnownFile}' {known.Users} and {known.Items}; restore the folder or train again.");
        }
        catch
        {
            vectors.Dispose();
            throw;
        }
    }

    /// <summary>Index of a user by its external name, or by its number where the data has no names.</summary>
    /// <exception cref="InvalidInputException">There is no such user.</exception>
    public int FindUser(string id) => Find("user", id, _known.UserIds, _known.Users);

    /// <summary>Index of an item by its external name, or by its number where the data has no names.</summary>
    /// <exception cref="InvalidInputException">There is no such item.</exception>
    public int FindItem(string id) => Find("item", id, _known.ItemIds, _known.Items);

    /// <summary>How much each chunk (modality) counts for a user, adding up to 1; empty where the model does not say.</summary>
    public IReadOnlyDictionary<string, float> ChunkWeights(int user) =>
        new OrderedDictionary<string, float>(
            _vectors.Chunks.Zip(_vectors.ChunkWeights(user).ToArray(), KeyValuePair.Create));

    /// <summary>The items with the highest scores for a user, without those the user has already.</summary>
    /// <param name="count">How many, 1 or more; fewer are returned where fewer are left.</param>
    public IReadOnlyList<RankedItem> Recommend(int user, int count)
    {
        ReadOnlySpan<float> query = _vectors.User(user);
        Matrix items = _vectors.Items;
        using var scores = new Matrix(1, items.Rows);
        for (int item = 0; item < scores.Columns; item++) scores[0, item] = TensorPrimitives.Dot(query, items.Row(item));
        foreach (KnownSplit split in new[] { _known.Train, _known.Validation, _known.Test })
            foreach (int item in split.ItemsOf(user)) scores[0, item] = float.NegativeInfinity;
        return Best(scores, count, item => Shares(user, item));
    }

    /// <summary>The items whose vectors have the highest cosine similarity with an item's, itself left out.</summary>
    /// <param name="count">How many, 1 or more.</param>
    public IReadOnlyList<RankedItem> Similar(int item, int count)
    {
        Matrix items = _vectors.Items;
        ReadOnlySpan<float> query = items.Row(item);
        using var scores = new Matrix(1, items.Rows);
        for (int other = 0; other < scores.Columns; other++) scores[0, other] = TensorPrimitives.CosineSimilarity(query, items.Row(other));
        scores[0, item] = float.NegativeInfinity;
        var none = new Dictionary<string, float>();
        return Best(scores, count, _ => none);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _vectors.Dispose();
        _known.Dispose();
    }

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

    private static int Find(string kind, string id, IdTable? ids, int count)
    {
        if (ids is not null)
        {
            return ids.Find(id)
                ?? throw new InvalidInputException($"There is no {kind} '{id}' in the run; expected one of its {count:N0} {kind} ids, such as '{ids[0]}'.");
        }

        return int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < count ? index
            : throw new InvalidInputException($"There is no {kind} '{id}' in the run; expected a number from 0 to {count - 1}.");
    }

    private OrderedDictionary<string, float> Shares(int user, int item)
    {
        var shares = new OrderedDictionary<string, float>();
        ReadOnlySpan<float> ofUser = _vectors.User(user), ofItem = _vectors.Items.Row(item);
        foreach ((int chunk, string name) in _vectors.Chunks.Index())
        {
            int width = ofItem.Length / _vectors.Chunks.Count;
            Range columns = (chunk * width)..((chunk + 1) * width);
            shares.Add(name, TensorPrimitives.Dot(ofUser[columns], ofItem[columns]));
        }

        return shares;
    }
}
