using System.Globalization;
using System.Numerics.Tensors;
using Tessera.Compute.Devices;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Recommendation.Scoring;

namespace Tessera.Recommendation.Runs;

public sealed partial class TrainedRun
{
    /// <summary>Number of users |U|.</summary>
    internal int UserCount => _known.Users + Additions.Users.Count;

    /// <summary>Number of items |I|.</summary>
    internal int ItemCount => _known.Items + Additions.Items.Count;

    private KnownSplit[] Known => [_known.Train, _known.Validation, _known.Test];

    /// <summary>The vectors of all items, those added included.</summary>
    internal Matrix ItemVectors => Additions.Vectors ?? Vectors.Items;

    /// <summary>The external id of a user; its number where the data has no ids.</summary>
    internal string UserId(int user) => user < _known.Users ? _known.UserId(user) : Additions.Users[user - _known.Users];

    /// <summary>The external id of an item; its number where the data has no ids.</summary>
    internal string ItemId(int item) => item < _known.Items ? _known.ItemId(item) : Additions.Items[item - _known.Items].Id;

    /// <summary>What people call the items, <c>[|I|]</c>, empty for an item without a title; null where the run knows none.</summary>
    internal IReadOnlyList<string>? ItemTitles => _known.ItemTitles is null && Additions.Titles.IsEmpty && Additions.Items.All(item => item.Title is null) ? null
        : [.. Enumerable.Range(0, ItemCount).Select(item => TitleOf(item) ?? "")];

    /// <summary>What people called the items trained with, empty for one without a title; null where the data had no titles.</summary>
    internal IReadOnlyList<string>? TrainedTitles => _known.ItemTitles is { } titles ? [.. Enumerable.Range(0, _known.Items).Select(item => titles[item])] : null;

    /// <summary>Whether scores come of vectors, those of <see cref="ItemVectors"/> and <see cref="UserVector"/>, at least in part.</summary>
    internal bool HasVectors => _vectors is not null;

    /// <summary>Names of the equal chunks of columns of the vectors; empty where they have none.</summary>
    internal IReadOnlyList<string> Chunks => _vectors?.Chunks ?? [];

    /// <summary>Number of interactions in training of each item trained with.</summary>
    internal ReadOnlySpan<int> TrainingCounts => _counts.Value;

    /// <summary>The vector of a user, <c>[d]</c>.</summary>
    internal ReadOnlySpan<float> UserVector(int user) => Additions.News.TryGetValue(user, out UserNews? news) ? news.Vector : Vectors.User(user);

    /// <summary>The items that a user has, those of training, validation and test, and those since.</summary>
    internal IEnumerable<int> KnownTo(int user) =>
    [
        .. user < _known.Users ? Known.SelectMany(split => split.ItemsOf(user).ToArray()) : [],
        .. Additions.News.TryGetValue(user, out UserNews? news) ? news.Items : [],
    ];

    /// <summary>
    /// The best items of users, block by block: those with the highest scores, or, for a user with nothing in training that the model goes by, those with most
    /// interactions in training; equal ones rank by number, lowest first. Users x items is never held whole.
    /// </summary>
    /// <param name="count">How many items a user, 1 or more; a user gets fewer where fewer are left.</param>
    /// <param name="cancellationToken">Stops between two blocks.</param>
    /// <exception cref="InvalidInputException">The selection leaves no item.</exception>
    internal IEnumerable<UserRanking> Rank(
        IReadOnlyList<int> users, int count, ItemSelection selection, Device device, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return Rank(users, count, Candidates(selection), !selection.IncludeKnown, device, cancellationToken);
    }

    /// <summary>Why a user gets fewer items than asked for; null where it gets them all.</summary>
    internal string? WhyFewer(UserRanking ranking, int count, ItemSelection selection)
    {
        if (ranking.Items.Length >= count) return null;
        int[] candidates = Candidates(selection);
        int known = selection.IncludeKnown ? 0 : candidates.Intersect(KnownTo(ranking.User)).Count();
        string allowed = candidates.Length == ItemCount
            ? $"the run has {Counted(candidates.Length)}"
            : $"{Number(candidates.Length)} of the run's {Counted(ItemCount)} may be recommended";
        string owned = known == 0 ? "" : $", the {(ranking.User < UserCount && UserId(ranking.User).Length > 0 ? "user" : "session")} has {Number(known)} of them already";
        int unpopular = candidates.Length - known - ranking.Items.Length;
        string untouched = unpopular == 0 ? "" : $", and {Number(unpopular)} without an interaction in training are not popular";
        string who = UserId(ranking.User) is { Length: > 0 } name ? $"User '{name}'" : "The session";
        return $"{who} gets {Counted(ranking.Items.Length)}, not {Number(count)}: {allowed}{owned}{untouched}.";

        static string Counted(int items) => SourceText.Counted(items, "item");
        static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
    }

    /// <summary>What the run ranks by; one per caller.</summary>
    internal IScorer Scorer()
    {
        if (_vectors is null) return new ItemWeightsScorer(_behavior!.Weights, TrainedItemsOf);
        var vectors = new DotProductScorer(ItemVectors, (users, queries, _) =>
        {
            for (int row = 0; row < users.Length; row++) UserVector(users[row]).CopyTo(queries.Row(row));
        });
        return Residual is { } residual ? new ResidualScorer(vectors, residual, _behavior!.Weight) : vectors;
    }

    /// <summary>What the behavior of others adds to a user's scores by the vectors, or all of them where there are no vectors.</summary>
    /// <param name="scores">Receives <c>[|I|]</c>.</param>
    /// <returns>Whether there is any such thing.</returns>
    internal bool ScoreByBehavior(int user, Span<float> scores)
    {
        if (_behavior is null) return false;
        if (Residual is { } residual)
        {
            residual.Standardized(user, scores[..residual.Items]);
            TensorPrimitives.Multiply(scores[..residual.Items], _behavior.Weight, scores);
            scores[residual.Items..].Clear(); // those that came later
        }
        else
        {
            _behavior.Weights.Score(TrainedItemsOf(user), scores);
        }

        return true;
    }

    /// <summary>What corrects the scores of the vectors; null where nothing does.</summary>
    private BehaviorResidual? Residual => _vectors is null || _behavior is null ? null : new BehaviorResidual(_behavior.Weights, _counts.Value, TrainedItemsOf);

    /// <summary>The items of training that a user had in training or since, ascending.</summary>
    private ReadOnlySpan<int> TrainedItemsOf(int user)
    {
        ReadOnlySpan<int> trained = user < _known.Users ? _known.Train.ItemsOf(user) : [];
        if (!Additions.News.TryGetValue(user, out UserNews? news)) return trained;
        return (int[])[.. trained.ToArray().Concat(news.Items.Where(item => item < TrainedItems)).Distinct().Order()];
    }

    private int[] Candidates(ItemSelection selection) => selection.Candidates(ItemCount, Additions.Shows);

    private IEnumerable<UserRanking> Rank(
        IReadOnlyList<int> users, int count, int[] candidates, bool masksKnown, Device device, CancellationToken cancellationToken)
    {
        int rows = ScoreBlock.Rows(users.Count, candidates.Length), length = Math.Min(count, candidates.Length);
        int[] places = Places(candidates);
        float[]? popularity = null;
        using IScorer all = Scorer(), scorer = candidates.Length == ItemCount ? all : all.Among(candidates, device);
        using var scores = new Matrix(rows, candidates.Length);
        foreach (int[] block in users.Chunk(rows))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using Matrix blockScores = scores.RowRange(0, block.Length);
            scorer.Score(block, blockScores, device);
            var starts = new int[block.Length + 1];
            var masked = new List<int>();
            var untrained = new bool[block.Length];
            foreach ((int row, int user) in block.Index())
            {
                if (untrained[row] = IsUntrained(user)) (popularity ??= Popularity(candidates)).CopyTo(blockScores.Row(row));
                if (masksKnown) masked.AddRange(KnownTo(user).Select(item => places[item]).Where(place => place >= 0));
                starts[row + 1] = masked.Count;
            }

            int[] best = new int[block.Length * length];
            var values = new float[best.Length];
            device.TopK(blockScores, columnScales: null, starts, masked.ToArray(), best, values);
            foreach ((int row, int user) in block.Index())
            {
                int first = row * length, end = Array.IndexOf(best, -1, first, length) is >= 0 and var none ? none : first + length;
                yield return new UserRanking(user, Array.ConvertAll(best[first..end], place => candidates[place]), values[first..end], untrained[row]);
            }
        }
    }

    /// <summary>Whether there is nothing to tell by what a user likes: no item, or by an item-based model none that says anything of others.</summary>
    internal bool IsUntrained(int user) => (!Additions.News.ContainsKey(user) && (user >= _known.Users || _known.Train.ItemsOf(user).IsEmpty))
        || (_vectors is null && _behavior!.Weights.SayNothingFor(TrainedItemsOf(user)));

    /// <summary>Number of interactions in training of each candidate; -∞, which is never selected, where there are none.</summary>
    private float[] Popularity(int[] candidates)
    {
        int[] counts = _counts.Value;
        return Array.ConvertAll(candidates, item => item < counts.Length && counts[item] > 0 ? counts[item] : float.NegativeInfinity);
    }

    /// <summary>Place of each item among the candidates, -1 for the others.</summary>
    private int[] Places(int[] candidates)
    {
        var places = new int[ItemCount];
        Array.Fill(places, -1);
        for (int place = 0; place < candidates.Length; place++) places[candidates[place]] = place;
        return places;
    }
}
