namespace Tessera.Recommendation.Metrics;

/// <summary>Averages metrics over users, in double and in the order in which the users are added.</summary>
/// <remarks>
/// To measure users in parallel, let each thread <see cref="Measure"/> its users into a table and add the rows in the
/// order of users: the averages then do not depend on the number of threads.
/// </remarks>
/// <param name="names">The metrics; null for <see cref="Standard"/>.</param>
/// <param name="keepsUsers">Whether each user's values are kept besides.</param>
internal sealed class MetricAccumulator(IReadOnlyList<MetricName>? names = null, bool keepsUsers = false)
{
    private readonly List<double[]> _ofUsers = [];
    private readonly double[] _sums = new double[(names ?? Standard).Count];

    /// <summary>Recall, NDCG, Precision and MAP, each at 5, 10, 20 and 50.</summary>
    public static IReadOnlyList<MetricName> Standard { get; } = Array.AsReadOnly(
        (from metric in Enum.GetValues<Metric>() from k in new[] { 5, 10, 20, 50 } select new MetricName(metric, k)).ToArray());

    /// <summary>The metrics, in the order of their values.</summary>
    public IReadOnlyList<MetricName> Names { get; } = names ?? Standard;

    /// <summary>The largest cut-off: longer ranked lists give the same values. 0 where there are no metrics.</summary>
    public int MaximumK => Names.Select(name => name.K).DefaultIfEmpty().Max();

    /// <summary>Number of users added.</summary>
    public int Users { get; private set; }

    /// <summary>Each user's values, in the order in which they were added, where they are kept.</summary>
    public IReadOnlyList<double[]> OfUsers => _ofUsers;

    /// <summary>Computes one user's values without adding them; safe for use by several threads at once.</summary>
    /// <param name="ranked">Items, best first.</param>
    /// <param name="heldOut">The user's held-out items, ascending, at least one.</param>
    /// <param name="values">Receives one value for each of <see cref="Names"/>.</param>
    public void Measure(ReadOnlySpan<int> ranked, ReadOnlySpan<int> heldOut, Span<double> values)
    {
        CheckLength(values.Length);
        for (int i = 0; i < Names.Count; i++) values[i] = RankingMetrics.Compute(Names[i], ranked, heldOut);
    }

    /// <summary>Adds one user's values as <see cref="Measure"/> gave them.</summary>
    public void Add(ReadOnlySpan<double> values)
    {
        CheckLength(values.Length);
        for (int i = 0; i < values.Length; i++) _sums[i] += values[i];
        Users++;
        if (keepsUsers) _ofUsers.Add(values.ToArray());
    }

    /// <summary>The averages over all users added.</summary>
    /// <exception cref="InvalidOperationException">No user was added.</exception>
    public IReadOnlyDictionary<MetricName, double> Averages()
    {
        if (Users == 0) throw new InvalidOperationException("There is no average over no users.");
        var averages = new OrderedDictionary<MetricName, double>();
        for (int i = 0; i < Names.Count; i++) averages.Add(Names[i], _sums[i] / Users);
        return averages;
    }

    private void CheckLength(int length)
    {
        if (length != Names.Count) throw new ArgumentException($"There are {length} values for {Names.Count} metrics; expected one each.");
    }
}
