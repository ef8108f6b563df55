using System.Numerics.Tensors;
using Tessera.Recommendation.Graphs;

namespace Tessera.Recommendation.Runs;

/// <summary>
/// What users' vectors take from their items: <c>f ∘ Σ_i s_i / √(d_u d_i)</c>, d being numbers of interactions. Where the model says what users gather, s is
/// that, f a user's chunk weights (the mean of all for a new user), and what is left of a trained vector is the user's own. Elsewhere s is the item's final
/// vector and f, one number a chunk, brings the sum nearest to the trained users' vectors.
/// </summary>
internal sealed class Gathering
{
    private const int MostSampled = 1000;
    private readonly RunVectors _vectors;
    private readonly KnownData _known;
    private readonly LiveData? _live;
    private readonly int[] _degrees;
    private readonly float _meanDegree;
    private readonly float[] _factors; // of users whom training does not know, [d]

    public Gathering(RunVectors vectors, KnownData known, LiveData? live)
    {
        (_vectors, _known, _live) = (vectors, known, live);
        _degrees = known.Train.ItemCounts();
        _meanDegree = (float)_degrees.Where(degree => degree > 0).DefaultIfEmpty(1).Average();
        _factors = IsExact ? MeanWeights() : Fitted();
    }

    /// <summary>Whether the model says what users gather, so that trained vectors come apart without a rest.</summary>
    public bool IsExact => _live is { HasGathered: true };

    /// <summary>Number of users of a trained item.</summary>
    public int Degree(int item) => _degrees[item];

    /// <summary>The vector of a user who has done something since training, <c>[d]</c>.</summary>
    /// <param name="user">The user's number; null for one whom training does not know.</param>
    /// <param name="news">The items since.</param>
    public float[] Vector(int? user, IReadOnlyCollection<int> news, Additions additions)
    {
        ReadOnlySpan<int> trained = user is { } known ? _known.Train.ItemsOf(known) : [];
        int degree = trained.Length + news.Count;
        float[] vector = Sum(news, Factors(trained.IsEmpty ? null : user), degree, additions);
        if (trained.IsEmpty) return vector;
        float shrunk = (float)Math.Sqrt((double)trained.Length / degree);
        float[] before = _vectors.User(user!.Value).ToArray();
        float[] gathered = IsExact ? Sum(trained.ToArray(), Factors(user), trained.Length, Additions.None) : before;
        for (int d = 0; d < vector.Length; d++) vector[d] += before[d] - gathered[d] + (shrunk * gathered[d]);
        return vector;
    }

    /// <summary>The part that each of a user's items has in the score of another; what is left of the score is the user's own.</summary>
    /// <param name="user">The user's number; null for one whom training does not know.</param>
    /// <param name="scored">Vector of the scored item, <c>[d]</c>.</param>
    public IEnumerable<(int Item, float Part)> Parts(int? user, IReadOnlyCollection<int> news, float[] scored, Additions additions)
    {
        int[] trained = user is { } known ? _known.Train.ItemsOf(known).ToArray() : [];
        float[] factors = Factors(trained.Length == 0 ? null : user), weighted = new float[scored.Length];
        TensorPrimitives.Multiply(factors, scored, weighted);
        int degree = trained.Length + news.Count;
        foreach (int item in trained) yield return (item, Part(item, Additions.None));
        foreach (int item in news) yield return (item, Part(item, additions));

        float Part(int item, Additions from) => Share(degree, DegreeOf(item, from)) * TensorPrimitives.Dot<float>(weighted, ItemOf(item, from));
    }

    private float[] Sum(IEnumerable<int> items, float[] factors, int degree, Additions additions)
    {
        var sum = new float[factors.Length];
        foreach (int item in items) TensorPrimitives.MultiplyAdd(ItemOf(item, additions), Share(degree, DegreeOf(item, additions)), sum, sum);
        TensorPrimitives.Multiply(sum, factors, sum);
        return sum;
    }

    private ReadOnlySpan<float> ItemOf(int item, Additions additions)
    {
        if (additions.Placed.TryGetValue(item, out PlacedItem? placed)) return placed.Gathered ?? additions.Vectors!.Row(item);
        return IsExact ? _live!.Gathered(item) : _vectors.Items.Row(item);
    }

    /// <summary>An item that nobody had in training counts as one with the mean number of users, or it would drown all others of who has it now.</summary>
    private float DegreeOf(int item, Additions additions) =>
        additions.Placed.TryGetValue(item, out PlacedItem? placed) ? Math.Max(1, placed.Degree) : _degrees[item] > 0 ? _degrees[item] : _meanDegree;

    private static float Share(int userDegree, float itemDegree) =>
        BipartiteGraph.InverseRoot(userDegree) * (float)(1 / Math.Sqrt(itemDegree + (double)BipartiteGraph.DegreeShift));

    private float[] Factors(int? user) => !IsExact || user is null || _vectors.ChunkWeights(user.Value) is not { IsEmpty: false } weights ? _factors : Spread(weights);

    private float[] Spread(ReadOnlySpan<float> ofChunks)
    {
        var factors = new float[_vectors.Width];
        int width = factors.Length / ofChunks.Length;
        for (int chunk = 0; chunk < ofChunks.Length; chunk++) factors.AsSpan(chunk * width, width).Fill(ofChunks[chunk]);
        return factors;
    }

    private float[] MeanWeights()
    {
        if (_vectors.UserCount == 0 || _vectors.ChunkWeights(0).IsEmpty) return Spread([1f]);
        var sum = new double[_vectors.Chunks.Count];
        for (int user = 0; user < _vectors.UserCount; user++)
            foreach ((int chunk, float weight) in _vectors.ChunkWeights(user).ToArray().Index()) sum[chunk] += weight;
        return Spread(Array.ConvertAll(sum, weight => (float)(weight / _vectors.UserCount)));
    }

    /// <summary>Least squares over users spread evenly, chunk by chunk; 1 where the sum says nothing of the vectors.</summary>
    private float[] Fitted()
    {
        int chunks = Math.Max(1, _vectors.Chunks.Count), width = _vectors.Width / chunks, step = Math.Max(1, _vectors.UserCount / MostSampled);
        double[] across = new double[chunks], within = new double[chunks];
        float[] ones = Spread([1f]);
        for (int user = 0; user < _vectors.UserCount; user += step)
        {
            int[] items = _known.Train.ItemsOf(user).ToArray();
            if (items.Length == 0) continue;
            float[] sum = Sum(items, ones, items.Length, Additions.None);
            ReadOnlySpan<float> vector = _vectors.User(user);
            for (int chunk = 0; chunk < chunks; chunk++)
            {
                Range columns = (chunk * width)..((chunk + 1) * width);
                across[chunk] += TensorPrimitives.Dot(sum.AsSpan(columns), vector[columns]);
                within[chunk] += TensorPrimitives.SumOfSquares<float>(sum.AsSpan(columns));
            }
        }

        return Spread([.. across.Zip(within, (one, other) => one > 0 && other > 0 ? (float)(one / other) : 1f)]);
    }
}
