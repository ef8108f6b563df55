using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Recommendation.Metrics;
using Tessera.Recommendation.Scoring;

namespace Tessera.Recommendation.Evaluation;

/// <summary>
/// All-ranking evaluation: every item, or every candidate of a split that limits them, is ranked for a user except the user's
/// training items; users with at least one training and one held-out item count; equal scores rank by item, lowest first.
/// </summary>
/// <remarks>
/// Users go through in blocks: scores, masking and selection of the best stay in cache, and users x items is never held whole.
/// Splits with the same candidates are read off one selection.
/// </remarks>
public sealed class Evaluator
{
    private readonly Device _device;
    private readonly Interactions _train;
    private readonly IReadOnlyList<MetricName> _metrics;

    /// <summary>Says where to compute, what users have already, and what to measure.</summary>
    /// <param name="metrics">What to measure; null for Recall, NDCG, Precision and MAP, each at 5, 10, 20 and 50.</param>
    public Evaluator(Device device, Interactions train, IReadOnlyList<MetricName>? metrics = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(train);
        _device = device;
        _train = train;
        _metrics = metrics ?? MetricAccumulator.Standard;
    }

    /// <summary>Measures how well dot products rank each split's held-out items.</summary>
    /// <param name="cancellationToken">Stops between two blocks.</param>
    /// <exception cref="ArgumentException">The embeddings or a split are of other numbers of users or items than the training interactions.</exception>
    /// <exception cref="InvalidInputException">A split has no user to measure.</exception>
    public IReadOnlyList<EvaluationResult> Evaluate(
        Embeddings embeddings, IReadOnlyList<HeldOut> splits, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        RequireSizes("embeddings", embeddings.Users.Rows, embeddings.Items.Rows);
        using var scorer = new DotProductScorer(embeddings);
        return Evaluate(scorer, splits, cancellationToken);
    }

    /// <summary>Measures how well scores rank each split's held-out items.</summary>
    /// <param name="cancellationToken">Stops between two blocks.</param>
    /// <exception cref="InvalidInputException">A split has no user to measure.</exception>
    internal IReadOnlyList<EvaluationResult> Evaluate(IScorer scorer, IReadOnlyList<HeldOut> splits, CancellationToken cancellationToken = default)
    {
        RequireUsers(splits);
        var results = new EvaluationResult[splits.Count];
        foreach (IGrouping<IReadOnlyList<int>?, (int Index, HeldOut Split)> alike in splits.Index().GroupBy(pair => pair.Item.Candidates))
        {
            HeldOut[] group = [.. alike.Select(pair => pair.Split)];
            int[] users = [.. Enumerable.Range(0, _train.Users).Where(user => HasTask(user, group))];
            EvaluationResult[] measured = alike.Key is null
                ? Rank(scorer, users, _train, group, cancellationToken)
                : RankAmong(alike.Key, scorer, users, group, cancellationToken);
            foreach (((int index, _), EvaluationResult result) in alike.Zip(measured)) results[index] = result;
        }

        return results;
    }

    /// <summary>What is measured of each user of a split that ranks every item, one row a user with a training and a held-out item, in their order.</summary>
    /// <exception cref="InvalidInputException">The split has no user to measure.</exception>
    internal IReadOnlyList<double[]> OfUsers(IScorer scorer, HeldOut split, CancellationToken cancellationToken = default)
    {
        RequireUsers([split]);
        var measurement = new SplitMeasurement(split, _metrics, keepsUsers: true);
        Rank(scorer, [.. Enumerable.Range(0, _train.Users).Where(user => split.Measures(user, _train))], _train, [split], [measurement], cancellationToken);
        return measurement.OfUsers;
    }

    /// <summary>Checks that each split can be measured, which need not wait for a trained model.</summary>
    /// <exception cref="InvalidInputException">A split has no user to measure.</exception>
    internal void RequireUsers(IReadOnlyList<HeldOut> splits)
    {
        ArgumentNullException.ThrowIfNull(splits);
        foreach (HeldOut split in splits)
        {
            RequireSizes(split.Name, split.Relevant.Users, split.Relevant.Items);
            if (split.AlsoMasked is { } masked) RequireSizes(split.Name, masked.Users, masked.Items);
            if (split.MeasuresAny(_train)) continue;
            throw new InvalidInputException(split.Relevant.Count == 0
                ? $"There are no {split.Name} interactions to measure; expected some, so label some in the .inter file and train again, or measure a split that has some."
                : $"No user has both a training item and a {split.Name} item, so there is nothing to measure; check the labels in the .inter file.");
        }
    }

    private void RequireSizes(string what, int users, int items)
    {
        if ((users, items) == (_train.Users, _train.Items)) return;
        throw new ArgumentException($"The {what} are of {users:N0} users and {items:N0} items, the training interactions of {_train.Users:N0} and {_train.Items:N0}; expected the same numbers.");
    }

    /// <summary>Ranks the candidates alone, as if they were all items there are.</summary>
    private EvaluationResult[] RankAmong(
        IReadOnlyList<int> candidates, IScorer scorer, int[] users, HeldOut[] splits, CancellationToken cancellationToken)
    {
        int[] kept = [.. candidates];
        HeldOut[] restricted = [.. splits.Select(split => split with
        {
            Relevant = split.Relevant.Among(kept),
            AlsoMasked = split.AlsoMasked?.Among(kept),
            ColdItems = split.ColdItems is { } cold ? [.. cold.Select(item => Array.BinarySearch(kept, item)).Where(place => place >= 0)] : null,
        })];
        for (int s = 0; s < splits.Length; s++)
        {
            if (restricted[s].Relevant.Count < splits[s].Relevant.Count)
                throw new ArgumentException($"Split '{splits[s].Name}' has held-out items that are not among its candidates.", nameof(splits));
        }

        using IScorer among = scorer.Among(kept, _device);
        return Rank(among, users, _train.Among(kept), restricted, cancellationToken);
    }

    private EvaluationResult[] Rank(IScorer scorer, int[] users, Interactions masked, HeldOut[] splits, CancellationToken cancellationToken)
    {
        SplitMeasurement[] measurements = [.. splits.Select(split => new SplitMeasurement(split, _metrics))];
        Rank(scorer, users, masked, splits, measurements, cancellationToken);
        return [.. measurements.Select(measurement => measurement.Result())];
    }

    private void Rank(
        IScorer scorer, int[] users, Interactions masked, HeldOut[] splits, SplitMeasurement[] measurements, CancellationToken cancellationToken)
    {
        int rows = ScoreBlock.Rows(users.Length, scorer.Items);
        using var scores = new Matrix(rows, scorer.Items);
        for (int first = 0; first < users.Length; first += rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReadOnlySpan<int> block = users.AsSpan(first, Math.Min(rows, users.Length - first));
            using Matrix blockScores = scores.RowRange(0, block.Length);
            scorer.Score(block, blockScores, _device);
            var ranking = new RankedBlock(_device, blockScores, block, masked, splits, measurements.Max(one => one.MaximumK));
            foreach (SplitMeasurement measurement in measurements) measurement.Add(ranking);
        }
    }

    private bool HasTask(int user, IReadOnlyList<HeldOut> splits) =>
        splits.Any(split => split.Measures(user, _train));
}
