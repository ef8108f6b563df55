using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;

namespace Tessera.Recommendation.Scoring;

/// <summary>Scores are dot products of the vectors of users and items.</summary>
/// <param name="items">Item vectors <c>[|I| x d]</c>.</param>
/// <param name="readUsers">Copies the vectors of users into a matrix <c>[users x d]</c>.</param>
internal sealed class DotProductScorer(Matrix items, Action<ReadOnlySpan<int>, Matrix, Device> readUsers) : IScorer
{
    private Matrix _queries = new(0, items.Columns);
    private bool _ownsItems;

    /// <summary>Scores by vectors in memory.</summary>
    public DotProductScorer(Embeddings embeddings)
        : this(embeddings.Items, (users, queries, device) => device.GatherRows(embeddings.Users, users, queries))
    {
    }

    /// <inheritdoc/>
    public int Items => items.Rows;

    /// <inheritdoc/>
    public void Score(ReadOnlySpan<int> users, Matrix scores, Device device)
    {
        if (_queries.Rows < users.Length)
        {
            _queries.Dispose();
            _queries = new Matrix(users.Length, items.Columns);
        }

        using Matrix queries = _queries.RowRange(0, users.Length);
        readUsers(users, queries, device);
        device.MatMul(queries, false, items, true, scores);
    }

    /// <inheritdoc/>
    public IScorer Among(int[] chosen, Device device)
    {
        var vectors = new Matrix(chosen.Length, items.Columns);
        device.GatherRows(items, chosen, vectors);
        return new DotProductScorer(vectors, readUsers) { _ownsItems = true };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _queries.Dispose();
        if (_ownsItems) items.Dispose();
    }
}
