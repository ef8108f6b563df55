using FsCheck;
using FsCheck.Fluent;
using Tessera.Data.EventLogs;
using Tessera.Data.Filtering;

namespace Tessera.Data.Tests.Filtering;

public sealed class KCoreTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_core_of_any_event_log_is_that_of_the_definition() =>
        Prop.ForAll(MadeEventLog.Events.ToArbitrary(), Gen.Choose(1, 4).ToArbitrary(), (events, k) =>
        {
            using var own = new TemporaryDirectory();
            EventLog log = MadeEventLog.Write(own.In("in"), events);
            HashSet<(int User, int Item)> expected = Naive([.. events.Select(e => (e.User, e.Item))], k);
            if (expected.Count == 0)
            {
                Assert.Throws<InvalidInputException>(() => Filter(log, own, k));
                return !Directory.Exists(own.In("out"));
            }

            (EventLog filtered, _) = Filter(log, own, k);
            var found = MadeEventLog.Named(filtered).Select(e => (e.User, e.Item)).ToArray();
            Assert.All(found.CountBy(pair => pair.User).Concat(found.CountBy(pair => pair.Item)), count => Assert.True(count.Value >= k));
            Assert.Equal((found.Select(p => p.User).Distinct().Count(), found.Select(p => p.Item).Distinct().Count()), (filtered.Users, filtered.Items));
            return found.Length == expected.Count && expected.SetEquals(found.Select(p => (int.Parse(p.User[1..], null), int.Parse(p.Item[1..], null))));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(150).WithReplay(20250102, 31));

    [Fact]
    public void Dropping_goes_on_until_nobody_has_too_few()
    {
        // A chain in which each user and item has two neighbors but for the ends: the 2-core is empty but for the square at u9.
        List<Made> events = [.. Enumerable.Range(0, 6).SelectMany(i => new Made[] { new(i, i), new(i, i + 1) })];
        Made[] square = [new(9, 9), new(9, 10), new(10, 9), new(10, 10)];
        EventLog log = MadeEventLog.Write(_directory.In("in"), [.. events, .. square]);

        (EventLog filtered, FilterResult result) = Filter(log, _directory, 2);

        Assert.Equal(["u9", "u10"], filtered.UserIds);
        Assert.Equal(["i9", "i10"], filtered.ItemIds);
        Assert.InRange(result.Rounds, 3, 12);
    }

    [Fact]
    public void Repeated_events_of_a_pair_do_not_make_a_core()
    {
        EventLog log = MadeEventLog.Write(_directory.In("in"), [new(0, 0), new(0, 0), new(1, 0), new(0, 1), new(1, 1), new(2, 1), new(2, 1)]);

        (EventLog filtered, FilterResult result) = Filter(log, _directory, 2);

        Assert.Equal(["u0", "u1"], filtered.UserIds);
        Assert.Equal(new EventLogStatistics(3, 2, 7, 5), result.Before);
        Assert.Equal(new EventLogStatistics(2, 2, 4, 4), result.After);
        Assert.Equal((1 - (5 / 6d), 0), (result.Before.Sparsity, result.After.Sparsity));
    }

    [Fact]
    public void Every_pass_is_reported()
    {
        EventLog log = MadeEventLog.Write(_directory.In("in"), [new(0, 0), new(0, 1), new(1, 0), new(1, 1), new(2, 1), new(2, 2), new(3, 2)]);
        var rounds = new List<FilterRound>();

        FilterResult result = EventLogFilter.Run(log, new FilterOptions { KCore = 2 }, _directory.In("out"), new Recorder(rounds));

        Assert.Equal([new FilterRound(1, 3, 2), new FilterRound(2, 2, 2)], rounds);
        Assert.Equal(2, result.Rounds);
    }

    private static (EventLog Filtered, FilterResult Result) Filter(EventLog log, TemporaryDirectory directory, int k)
    {
        FilterResult result = EventLogFilter.Run(log, new FilterOptions { KCore = k }, directory.In("out"));
        return (EventLog.Open(directory.In("out")), result);
    }

    /// <summary>Takes one user or item with too few neighbors away after the other.</summary>
    private static HashSet<(int User, int Item)> Naive(HashSet<(int User, int Item)> pairs, int k)
    {
        while (true)
        {
            if (pairs.CountBy(p => p.User).Where(c => c.Value < k).Select(c => (int?)c.Key).FirstOrDefault() is { } user) pairs.RemoveWhere(p => p.User == user);
            else if (pairs.CountBy(p => p.Item).Where(c => c.Value < k).Select(c => (int?)c.Key).FirstOrDefault() is { } item) pairs.RemoveWhere(p => p.Item == item);
            else return pairs;
        }
    }

    private sealed class Recorder(List<FilterRound> rounds) : IProgress<FilterRound>
    {
        public void Report(FilterRound value) => rounds.Add(value);
    }
}
