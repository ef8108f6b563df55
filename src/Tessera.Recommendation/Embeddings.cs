using Tessera.Compute.Tensors;

namespace Tessera.Recommendation;

/// <summary>Final vectors of all users and items; a score is the dot product of two of them.</summary>
public sealed class Embeddings : IDisposable
{
    /// <summary>Takes the matrices over.</summary>
    /// <param name="users">Users <c>[|U| x d]</c>.</param>
    /// <param name="items">Items <c>[|I| x d]</c>.</param>
    /// <param name="chunks">
    /// Names of the equal chunks of columns the vectors consist of, such as <c>image, text, shared</c>; empty where the
    /// columns have no such meaning.
    /// </param>
    /// <param name="chunkWeights">How much each chunk counts for a user, rows adding up to 1, <c>[|U| x chunks]</c>, or null.</param>
    public Embeddings(Matrix users, Matrix items, IReadOnlyList<string>? chunks = null, Matrix? chunkWeights = null)
    {
        ArgumentNullException.ThrowIfNull(users);
        ArgumentNullException.ThrowIfNull(items);
        if (users.Columns != items.Columns)
            throw new ArgumentException($"Users have {users.Columns} columns, items {items.Columns}.", nameof(items));
        Users = users;
        Items = items;
        Chunks = chunks ?? [];
        ChunkWeights = chunkWeights;
    }

    /// <summary>User vectors <c>[|U| x d]</c>.</summary>
    public Matrix Users { get; }

    /// <summary>Item vectors <c>[|I| x d]</c>.</summary>
    public Matrix Items { get; }

    /// <summary>Names of the equal chunks of columns; empty where there are none.</summary>
    public IReadOnlyList<string> Chunks { get; }

    /// <summary>How much each chunk counts for each user, <c>[|U| x chunks]</c>, or null.</summary>
    public Matrix? ChunkWeights { get; }

    /// <summary>The lengths that item vectors had before they were brought to 1, <c>[|I| x 1]</c>; null where they have those that the model gave.</summary>
    internal Matrix? Lengths { get; set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Lengths?.Dispose();
        Users.Dispose();
        Items.Dispose();
        ChunkWeights?.Dispose();
    }
}
