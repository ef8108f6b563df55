using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Data.Storage;

namespace Tessera.Recommendation.Runs;

/// <summary>The final vectors of a run, from <c>embeddings.safetensors</c>, read as they are asked for.</summary>
internal sealed class RunVectors : IDisposable
{
    private const string UsersName = "users";
    private const string ItemsName = "items";
    private const string WeightsName = "chunk_weights";
    private const string ChunksKey = "chunks";
    private readonly SafetensorsMap _file;
    private readonly SafetensorsEntry _users;
    private readonly SafetensorsEntry _items;
    private readonly SafetensorsEntry? _weights;
    private readonly Lazy<Matrix> _allItems;
    private readonly Lazy<Embeddings> _all;

    private RunVectors(SafetensorsMap file)
    {
        _file = file;
        (_users, _items, _weights) = (file.Require(UsersName, "F32"), file.Require(ItemsName, "F32"), file.Find(WeightsName, "F32"));
        Chunks = file.Metadata.GetValueOrDefault(ChunksKey) is { Length: > 0 } names ? names.Split(',') : [];
        if (Chunks.Distinct().Count() < Chunks.Count) throw Unfit($"the chunks {string.Join(", ", Chunks)}, of which two have one name");
        if (_users.Columns != _items.Columns || (Chunks.Count > 0 && _users.Columns % Chunks.Count != 0))
            throw Unfit($"users of {_users.Columns} columns and items of {_items.Columns} in {Chunks.Count} chunks");
        if (_weights is not null && (_weights.Rows, _weights.Columns) != (_users.Rows, Chunks.Count))
            throw Unfit($"{_weights.Rows} x {_weights.Columns} chunk weights for {_users.Rows} users and {Chunks.Count} chunks");
        _allItems = new(() => Finite(file.All(_items)));
        _all = new(() => new Embeddings(Finite(file.All(_users)), Items, Chunks, _weights is null ? null : Finite(file.All(_weights))));
    }

    /// <summary>Number of users |U|.</summary>
    public int UserCount => _users.Rows;

    /// <summary>Number of items |I|.</summary>
    public int ItemCount => _items.Rows;

    /// <summary>Width d of the vectors.</summary>
    public int Width => _items.Columns;

    /// <summary>Names of the equal chunks of columns; empty where there are none.</summary>
    public IReadOnlyList<string> Chunks { get; }

    /// <summary>Item vectors <c>[|I| x d]</c>.</summary>
    /// <exception cref="InvalidInputException">They are damaged.</exception>
    public Matrix Items => _allItems.Value;

    /// <summary>All vectors.</summary>
    /// <exception cref="InvalidInputException">They are damaged.</exception>
    public Embeddings All => _all.Value;

    /// <summary>Opens the file of a run.</summary>
    /// <param name="config">SHA-256 of the run's configuration.</param>
    /// <exception cref="InvalidInputException">The file is missing, damaged or another run's.</exception>
    public static RunVectors Open(RunDirectory directory, string config)
    {
        var file = new SafetensorsMap(directory.EmbeddingsFile);
        try
        {
            directory.RequireOwn(directory.EmbeddingsFile, file.Metadata, config);
            return new RunVectors(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Writes the file of a run.</summary>
    /// <exception cref="StorageException">The system refuses.</exception>
    public static void Write(RunDirectory directory, RunConfig config, Embeddings embeddings)
    {
        List<(string, Matrix)> tensors = [(UsersName, embeddings.Users), (ItemsName, embeddings.Items)];
        if (embeddings.ChunkWeights is { } weights) tensors.Add((WeightsName, weights));
        SafetensorsWriter.Write(directory.EmbeddingsFile, tensors, new Dictionary<string, string>(RunDirectory.Mark(directory.EmbeddingsFile, config))
        {
            [ChunksKey] = string.Join(',', embeddings.Chunks),
        });
    }

    /// <summary>The vector of a user, <c>[d]</c>.</summary>
    /// <exception cref="InvalidInputException">It is damaged.</exception>
    public ReadOnlySpan<float> User(int user) => Row(_users, user);

    /// <summary>How much each chunk counts for a user; empty where the model does not say.</summary>
    /// <exception cref="InvalidInputException">They are damaged.</exception>
    public ReadOnlySpan<float> ChunkWeights(int user) => _weights is null ? [] : Row(_weights, user);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private ReadOnlySpan<float> Row(SafetensorsEntry entry, int row)
    {
        ReadOnlySpan<float> values = _file.Elements<float>(entry, (long)row * entry.Columns, entry.Columns);
        RequireFinite(values);
        return values;
    }

    private Matrix Finite(Matrix values)
    {
        RequireFinite(values.Span);
        return values;
    }

    private void RequireFinite(ReadOnlySpan<float> values)
    {
        if (values.ContainsAnyExceptInRange(float.MinValue, float.MaxValue)) throw Unfit("vectors that are not finite");
    }

    private InvalidInputException Unfit(string found) => new($"'{_file.Path}' holds {found}; restore it or train again.");
}
