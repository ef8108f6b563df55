using System.Globalization;
using Tessera.Compute.Random;
using Tessera.Recommendation.Metrics;
using Tessera.Studies.Plans;
using Tessera.Studies.Reports;
using Tessera.Studies.Statistics;

namespace Tessera.Studies.Paper;

/// <summary>How cells differ from another by the same users, and whether that is more than noise.</summary>
internal static class DifferenceTable
{
    /// <summary>The highest p-value, as corrected, at which a difference counts.</summary>
    public const double Level = 0.05;

    private const string NotYet = "not measured yet", Signed = "+0.0000;-0.0000;0.0000";

    /// <summary>The metric compared.</summary>
    public static MetricName Metric { get; } = new(Recommendation.Metrics.Metric.Recall, 20);

    /// <summary>What the tables of a report say, once.</summary>
    public static Paragraph Reading { get; } = new(
        $"Differences of {Metric} on test are those of the same users, averaged over the seeds: their mean, its 95 % interval by 10,000 bootstrap draws of users, "
        + "and the rank-biserial correlation, the share of ranked differences for the row less the share against it, from -1 to 1. p says how often chance alone "
        + "would do as much: bootstrap, by those draws, of the mean; Wilcoxon, by signed ranks (zeros as Pratt has them), whatever the size of each difference. "
        + "Both are corrected by Holm for the rows of their table. Where the bootstrap's is above 0.05 the difference is noise. "
        + "The interval says what other users would change, not what other seeds would.");

    /// <summary>Cells beside the first of them.</summary>
    /// <param name="factor">The factor that names them.</param>
    /// <param name="bySeed"><see cref="Of"/>.</param>
    public static IEnumerable<ReportPart> ToFirst(string what, StudyOutcome outcome, IReadOnlyList<StudyCell> cells, string factor, bool bySeed = false) => cells.Count < 2 ? []
        : Of($"{what}: difference to {cells[0].Factors[factor]}", outcome, factor, [.. cells.Skip(1).Select(cell => (cell.Factors[factor], cell, cells[0]))], bySeed);

    /// <summary>Cells, each beside its reference.</summary>
    /// <param name="head">What the names of the rows are.</param>
    /// <param name="bySeed">
    /// Whether each seed has a test split of its own: then the differences of each are shown, and one that is not of the same sign in all is noise,
    /// since draws of users alone do not tell what other test splits would change.
    /// </param>
    public static IEnumerable<ReportPart> Of(
        string title, StudyOutcome outcome, string head, IReadOnlyList<(string Name, StudyCell Cell, StudyCell Reference)> pairs, bool bySeed = false)
    {
        if (pairs.Count == 0) yield break;
        Comparison?[] compared = [.. pairs.Select(pair => Comparison.Of(outcome, pair.Cell, pair.Reference))];
        Comparison[] measured = [.. compared.OfType<Comparison>()];
        Queue<double> bootstrap = new(Holm.Correct([.. measured.Select(one => one.Bootstrap.PValue)]));
        Queue<double> wilcoxon = new(Holm.Correct([.. measured.Select(one => one.Ranks.PValue)]));
        yield return new Table(
            title, [head, "difference", .. bySeed ? ["by seed"] : Array.Empty<string>(), "95 % interval", "rank-biserial", "p (bootstrap)", "p (Wilcoxon)", "users", "reading"],
            [.. pairs.Zip(compared, (pair, one) => Row(pair.Name, one, one is null ? 0 : bootstrap.Dequeue(), one is null ? 0 : wilcoxon.Dequeue(), bySeed))]);
    }

    private static IReadOnlyList<TableCell> Row(string name, Comparison? one, double bootstrap, double wilcoxon, bool bySeed)
    {
        if (one is null) return [name, .. Enumerable.Repeat<TableCell>(NotYet, bySeed ? 8 : 7)];
        bool isNoise = bootstrap > Level || (bySeed && one.BySeed.Select(Math.Sign).Distinct().Count() > 1);
        string reading = isNoise ? "noise" : one.Bootstrap.Mean > 0 ? "better" : "worse";
        return
        [
            name, Number(Signed, one.Bootstrap.Mean), .. bySeed ? [string.Join(", ", one.BySeed.Select(value => value.ToString(Signed, CultureInfo.InvariantCulture)))] : Array.Empty<TableCell>(),
            $"[{one.Bootstrap.Low.ToString(Signed, CultureInfo.InvariantCulture)}, {one.Bootstrap.High.ToString(Signed, CultureInfo.InvariantCulture)}]",
            Number("+0.00;-0.00;0.00", one.Ranks.RankBiserial), PValue(bootstrap), PValue(wilcoxon), Number("N0", one.Bootstrap.Count), reading,
        ];
    }

    private static TableCell Number(string format, double value) => new(value.ToString(format, CultureInfo.InvariantCulture), value);

    private static TableCell PValue(double value) => new(value < 0.0001 ? "< 0.0001" : value.ToString("F4", CultureInfo.InvariantCulture), value);

    /// <param name="BySeed">The mean difference of each seed, where there is one.</param>
    private sealed record Comparison(PairedBootstrap Bootstrap, WilcoxonSignedRank Ranks, IReadOnlyList<double> BySeed)
    {
        /// <summary>Compares the users whom both measure, each by the mean over the seeds in which both do; null where there are none.</summary>
        public static Comparison? Of(StudyOutcome outcome, StudyCell cell, StudyCell reference)
        {
            (int User, double Difference)[][] seeds = [.. outcome.Plan.Seeds.Select(seed => OfSeed(outcome, cell, reference, seed).ToArray()).Where(users => users.Length > 0)];
            double[] differences =
            [
                .. seeds.SelectMany(users => users).GroupBy(one => one.User, one => one.Difference).OrderBy(user => user.Key).Select(user => user.Average()),
            ];
            return differences.Length == 0 ? null
                : new Comparison(PairedBootstrap.Of(differences, new Rng(0)), WilcoxonSignedRank.Of(differences), [.. seeds.Select(users => users.Average(one => one.Difference))]);
        }

        private static IEnumerable<(int User, double Difference)> OfSeed(StudyOutcome outcome, StudyCell cell, StudyCell reference, ulong seed)
        {
            if (outcome.UsersOf(cell, seed) is not { } users || outcome.UsersOf(reference, seed) is not { } others) return [];
            IReadOnlyDictionary<int, double> before = others.Of(Metric);
            return users.Of(Metric).Where(user => before.ContainsKey(user.Key)).Select(user => (user.Key, user.Value - before[user.Key]));
        }
    }
}
