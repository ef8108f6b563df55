using Tessera.Data;
using Tessera.Recommendation.Metrics;

namespace Tessera.Recommendation.Evaluation;

/// <summary>What is measured of a split, block by block: its metrics and, where warm and cold items are told apart, those of either.</summary>
internal sealed class SplitMeasurement
{
    private readonly HeldOut _split;
    private readonly (HeldOut Split, MetricAccumulator Metrics)[] _parts; // all items, then perhaps warm and cold ones
    private readonly bool[]? _cold;
    private long _coldShown, _shown;

    /// <param name="keepsUsers">Whether each user's metrics are kept besides.</param>
    public SplitMeasurement(HeldOut split, IReadOnlyList<MetricName> metrics, bool keepsUsers = false)
    {
        _split = split;
        HeldOut[] parts = [split];
        if (split.ColdItems is { } cold)
        {
            _cold = new bool[split.Relevant.Items];
            foreach (int item in cold) _cold[item] = true;
            parts = [split, Only(isCold: false), Only(isCold: true)];
        }

        _parts = [.. parts.Select(part => (part, new MetricAccumulator(metrics, keepsUsers)))];
    }

    /// <summary>The longest ranking that counts.</summary>
    public int MaximumK => Math.Max(_parts[0].Metrics.MaximumK, _cold is null ? 0 : EvaluationResult.Shown);

    /// <summary>Each user's metrics, where they are kept.</summary>
    public IReadOnlyList<double[]> OfUsers => _parts[0].Metrics.OfUsers;

    /// <summary>Measures the users of a block.</summary>
    public void Add(RankedBlock ranking)
    {
        foreach ((HeldOut split, MetricAccumulator metrics) in _parts) ranking.Measure(split, metrics);
        if (_cold is null) return;
        (long cold, long all) = ranking.CountCold(_split, _cold, EvaluationResult.Shown);
        (_coldShown, _shown) = (_coldShown + cold, _shown + all);
    }

    /// <summary>The averages over all users measured.</summary>
    public EvaluationResult Result()
    {
        EvaluationResult[] results = [.. _parts.Select(part => part.Metrics.Users == 0 ? EvaluationResult.Nothing(_split.Name)
            : new EvaluationResult(_split.Name, part.Metrics.Users, part.Metrics.Averages()))];
        return _cold is null ? results[0] : results[0] with { Warm = results[1], Cold = results[2], ColdShare = (double)_coldShown / _shown };
    }

    private HeldOut Only(bool isCold)
    {
        Interactions relevant = _split.Relevant;
        return _split with { Relevant = Interactions.FromPairs(relevant.Users, relevant.Items, relevant.Pairs().Where(pair => _cold![pair.Item] == isCold)) };
    }
}
