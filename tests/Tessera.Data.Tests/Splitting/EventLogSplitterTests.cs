using FsCheck;
using FsCheck.Fluent;
using Tessera.Compute.Random;
using Tessera.Compute.Tensors;
using Tessera.Data.DatasetFolder;
using Tessera.Data.EventLogs;
using Tessera.Data.Splitting;
using Tessera.Data.Tests.Filtering;

namespace Tessera.Data.Tests.Splitting;

public sealed class EventLogSplitterTests : IDisposable
{
    /// <summary>20 to 30 users with 5 to 30 of 30 items each, some pairs twice, all times different.</summary>
    private static readonly Gen<Made[]> Full =
        from seed in Gen.Choose(0, int.MaxValue - 1)
        select Draw((ulong)seed);

    private readonly TemporaryDirectory _directory = new();

    public static TheoryData<SplitScheme> Schemes => [.. Enum.GetValues<SplitScheme>()];

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Schemes))]
    public void Every_pair_is_in_exactly_one_split_under_its_names(SplitScheme scheme) => ForAll(scheme, 12, (events, log, folder, data) =>
    {
        string Name((int User, int Item) pair) => $"{data.UserIds![pair.User]} {data.ItemIds![pair.Item]}";
        string[] found = [.. data.Train.Pairs().Concat(data.Validation.Pairs()).Concat(data.Test.Pairs()).Select(Name)];
        Assert.Equal(events.Select(e => $"u{e.User} i{e.Item}").Distinct().Order(), found.Order());
        Assert.Equal(log.UserIds, data.UserIds!);
        Assert.Equal(log.ItemIds, data.ItemIds!);
        Assert.Equal("made", data.Name);
        Assert.Equal(log.ItemIds, ItemTableFile.Read(Path.Combine(folder, "items.jsonl")).Select(record => record.Id));
        Matrix image = Assert.Single(data.Modalities).Features;
        Assert.All(data.ItemIds!.Index(), item => Assert.Equal(MadeEventLog.FeatureOf(item.Item), image[item.Index, 0]));
        Assert.Equal(("made", "made space"), (data.Modalities[0].Encoder, data.Modalities[0].Space));
        SplitRecord record = SplitRecord.ReadIfPresent(folder, data)!;
        Assert.Equal(KebabCase.Of(scheme), record.Scheme);
    });

    [Fact]
    public void A_random_split_is_the_random_split_of_the_data() => ForAll(SplitScheme.Random, 12, (_, _, _, data) =>
    {
        Dataset expected = data.Split(SplitRules.Random(new Rng(7).Stream("split")));
        Assert.Equal(expected.Train.Pairs(), data.Train.Pairs());
        Assert.Equal(expected.Validation.Pairs(), data.Validation.Pairs());
        Assert.Equal(expected.Test.Pairs(), data.Test.Pairs());
    });

    [Fact]
    public void Held_out_items_have_nothing_in_training_and_are_those_of_the_cold_start_split() => ForAll(SplitScheme.ColdItems, 12, (_, _, folder, data) =>
    {
        ColdStartSplit expected = ColdStartSplit.Of(data, new Rng(7).Stream("split"));
        SplitRecord record = SplitRecord.ReadIfPresent(folder, data)!;
        Assert.Equal(expected.ValidationItems, record.ColdValidationItems!);
        Assert.Equal(expected.TestItems, record.ColdTestItems!);
        Assert.Equal(expected.Dataset.Train.Pairs(), data.Train.Pairs());
        Assert.Equal(expected.Dataset.Validation.Pairs(), data.Validation.Pairs());
        Assert.Equal(expected.Dataset.Test.Pairs(), data.Test.Pairs());
        int[] trained = data.Train.ItemCounts();
        Assert.All(record.ColdValidationItems!.Concat(record.ColdTestItems!), item => Assert.Equal(0, trained[item]));
        Assert.Equal((int)Math.Round(0.2 * data.Items), record.ColdValidationItems!.Count + record.ColdTestItems!.Count);
    });

    [Fact]
    public void A_mixed_split_holds_the_same_items_out_and_splits_the_others_at_random() => ForAll(SplitScheme.ColdMixed, 12, (_, _, folder, data) =>
    {
        var rng = new Rng(7).Stream("split");
        (int[] validation, int[] test) = ColdStartSplit.ChooseItems(data.Items, rng);
        SplitRecord record = SplitRecord.ReadIfPresent(folder, data)!;
        Assert.Equal(validation, record.ColdValidationItems!);
        Assert.Equal(test, record.ColdTestItems!);
        Assert.Equal(validation.Concat(test).Order(), data.ColdItems!);

        Interactions all = data.AllInteractions(), warm = Interactions.FromPairs(data.Users, data.Items, all.Pairs().Where(pair => !data.ColdItems!.Contains(pair.Item)));
        (Interactions train, Interactions warmValidation, Interactions warmTest) = warm.Split(SplitRules.Random(rng));
        Assert.Equal(train.Pairs(), data.Train.Pairs());
        Assert.Equal(warmValidation.Pairs().Concat(all.Pairs().Where(pair => validation.Contains(pair.Item))).Order(), data.Validation.Pairs());
        Assert.Equal(warmTest.Pairs().Concat(all.Pairs().Where(pair => test.Contains(pair.Item))).Order(), data.Test.Pairs());
        Assert.NotEqual(0, warmTest.Count);

        Dataset again = ColdStartSplit.Mixed(data, new Rng(7).Stream("split"));
        Assert.Equal(data.Test.Pairs(), again.Test.Pairs());
        Assert.Equal(data.ColdItems, again.ColdItems);
    });

    [Fact]
    public void Leaving_one_out_takes_each_users_last_two() => ForAll(SplitScheme.LeaveOneOut, 12, (events, _, _, data) =>
    {
        for (int user = 0; user < data.Users; user++)
        {
            string[] items = InTime(events, data.UserIds![user]);
            Assert.Equal([items[^1]], Names(data, data.Test, user));
            Assert.Equal([items[^2]], Names(data, data.Validation, user));
        }
    });

    [Fact]
    public void Each_users_time_is_cut_eight_to_one_to_one() => ForAll(SplitScheme.TemporalUser, 12, (events, _, folder, data) =>
    {
        IReadOnlyDictionary<(int User, int Item), double> times = InteractionTimes.ReadIfPresent(folder)!;
        Assert.All(data.AllInteractions().Pairs(), pair => Assert.Equal(
            events.Where(e => ($"u{e.User}", $"i{e.Item}") == (data.UserIds![pair.User], data.ItemIds![pair.Item])).Min(e => e.Time), times[pair]));
        for (int user = 0; user < data.Users; user++)
        {
            string[] items = InTime(events, data.UserIds![user]);
            int held = Math.Max(1, (items.Length + 5) / 10);
            Assert.Equal(items[^held..].Order(), Names(data, data.Test, user).Order());
            Assert.Equal(items[^(2 * held)..^held].Order(), Names(data, data.Validation, user).Order());
            Assert.True(data.Train.ItemsOf(user).Length >= 3);
        }
    });

    [Fact]
    public void All_time_is_cut_eight_to_one_to_one() => ForAll(SplitScheme.TemporalGlobal, 12, (events, _, _, data) =>
    {
        long[] times = [.. events.GroupBy(e => (e.User, e.Item)).Select(pair => pair.Min(e => e.Time)).Order()];
        int training = (int)Math.Ceiling(0.8m * times.Length), before = (int)Math.Ceiling(0.9m * times.Length);
        Assert.Equal((training, before - training, times.Length - before), (data.Train.Count, data.Validation.Count, data.Test.Count));
        Dictionary<(string, string), long> time = events.GroupBy(e => ($"u{e.User}", $"i{e.Item}")).ToDictionary(pair => pair.Key, pair => pair.Min(e => e.Time));
        long[] Times(Interactions split) => [.. split.Pairs().Select(pair => time[(data.UserIds![pair.User], data.ItemIds![pair.Item])])];
        Assert.True(Times(data.Train).Max() < Times(data.Validation).Min());
        Assert.True(Times(data.Validation).Max() < Times(data.Test).Min());
    });

    [Fact]
    public void A_cut_of_all_time_that_falls_within_a_pair_leaves_it_on_the_earlier_side()
    {
        (Dataset data, _) = Split([.. Enumerable.Range(0, 19).Select(i => new Made(i % 2, i, i + 1))], SplitScheme.TemporalGlobal);

        Assert.Equal((16, 2, 1), (data.Train.Count, data.Validation.Count, data.Test.Count)); // 15.2 and 17.1 rounded up
    }

    [Fact]
    public void Pairs_of_one_time_stay_together_on_the_earlier_side()
    {
        // Times 1 to 10, but the 8th to 9th of ten pairs share one: training gets both.
        Made[] events = [.. Enumerable.Range(0, 10).Select(i => new Made(i % 2, i, i is 7 or 8 ? 8 : i == 9 ? 20 : i + 1)), new Made(1, 10, 15)];

        (Dataset data, SplitResult result) = Split(events, SplitScheme.TemporalGlobal);

        Assert.Equal((9, 1, 1), (data.Train.Count, data.Validation.Count, data.Test.Count));
        Assert.Equal(["i10"], data.Validation.Pairs().Select(pair => data.ItemIds![pair.Item]));
        Assert.Equal(2, result.After.ColdItems);
    }

    [Fact]
    public void Users_and_items_that_come_late_are_kept_and_counted()
    {
        Made[] events = [.. Enumerable.Range(0, 10).Select(i => new Made(i < 9 ? i % 2 : 2, i, i + 1))];

        (Dataset data, SplitResult result) = Split(events, SplitScheme.TemporalGlobal);

        Assert.Equal((3, 10), (data.Users, data.Items));
        Assert.Equal((1, 2), (result.UntrainedUsers, result.After.ColdItems));
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public void The_same_seed_gives_the_same_bytes_however_the_events_arrive(SplitScheme scheme)
    {
        Made[] events = Draw(5);
        EventLog log = MadeEventLog.Write(_directory.In("in"), events, features: true, numberFirst: true);
        EventLog shuffled = MadeEventLog.Write(_directory.In("shuffled"), [.. events.Reverse()], features: true, numberFirst: true);
        foreach ((EventLog from, ulong seed, string to) in new[] { (log, 7UL, "a"), (log, 7UL, "b"), (shuffled, 7UL, "c"), (log, 8UL, "d") })
            EventLogSplitter.Run(from, scheme, seed, _directory.In(to));

        SortedDictionary<string, string> first = MadeEventLog.Files(_directory.In("a"));
        Assert.Equal(first, MadeEventLog.Files(_directory.In("b")));
        Assert.Equal(first, MadeEventLog.Files(_directory.In("c")));
        bool drawn = scheme is SplitScheme.Random or SplitScheme.ColdItems or SplitScheme.ColdMixed;
        Assert.Equal(drawn, first["made.inter"] != MadeEventLog.Files(_directory.In("d"))["made.inter"]);
        Assert.Equal(
            ["i_id_mapping.csv", "image_feat.npy", "items.jsonl", "made.inter", "modalities.json", "split.json", "u_id_mapping.csv"], first.Keys);
    }

    [Theory]
    [InlineData(SplitScheme.LeaveOneOut, "leave-one-out")]
    [InlineData(SplitScheme.TemporalUser, "temporal-user")]
    [InlineData(SplitScheme.TemporalGlobal, "temporal-global")]
    public void Time_is_needed_where_a_scheme_goes_by_it(SplitScheme scheme, string name)
    {
        Made[] events = [.. Enumerable.Range(0, 20).Select(i => new Made(i / 10, i, Time: 0))];

        AssertRefused($"has no times, which the scheme {name} needs", events, scheme);
    }

    [Theory]
    [InlineData(SplitScheme.ColdItems)]
    [InlineData(SplitScheme.ColdMixed)]
    public void Too_few_items_to_hold_out_are_refused(SplitScheme scheme) =>
        AssertRefused("has 7 items; expected at least 8", [.. Enumerable.Range(0, 7).Select(i => new Made(0, i))], scheme);

    [Theory]
    [InlineData(SplitScheme.Random)]
    [InlineData(SplitScheme.TemporalUser)]
    public void A_split_that_would_have_nothing_to_measure_is_refused(SplitScheme scheme) => AssertRefused(
        $"The scheme {KebabCase.Of(scheme)} puts none of the 4 pairs", [.. Enumerable.Range(0, 4).Select(i => new Made(0, i, i + 1))], scheme);

    [Theory]
    [InlineData(SplitScheme.None, 4)]
    [InlineData(SplitScheme.Random, 10)]
    public void What_gives_nothing_to_tell_apart_is_refused(SplitScheme scheme, int items) => AssertRefused(
        $"The scheme {KebabCase.Of(scheme)} leaves every user", [.. Enumerable.Range(0, items).Select(i => new Made(0, i, i + 1))], scheme);

    [Fact]
    public void Everything_may_be_in_training()
    {
        (Dataset data, SplitResult result) = Split([new(0, 0), new(0, 1), new(1, 0), new(1, 0)], SplitScheme.None);

        Assert.Equal((3, 0, 0), (data.Train.Count, data.Validation.Count, data.Test.Count));
        Assert.Equal((3, 0, 0, 0), (result.After.TrainInteractions, result.After.ValidationInteractions, result.After.TestInteractions, result.UntrainedUsers));
        Assert.Equal(("none", 0ul), (SplitRecord.ReadIfPresent(_directory.In("out"), data)!.Scheme, SplitRecord.ReadIfPresent(_directory.In("out"), data)!.Seed));
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public void Items_without_events_are_cold_items_of_the_data_set(SplitScheme scheme)
    {
        using (var writer = new EventLogWriter(_directory.In("in"), "shop", []))
        {
            foreach (Made e in Draw(3)) writer.Add(new Event(writer.User($"u{e.User}"), writer.Item($"i{e.Item}"), e.Time, e.Rating));
            foreach (string name in new[] { "new 1", "new 2" }) writer.AddItem(new ItemRecord(name, new Dictionary<string, string> { ["title"] = name }, null));
            writer.Complete(new() { ["step"] = "import" });
        }

        EventLog log = EventLog.Open(_directory.In("in"));
        SplitResult result = EventLogSplitter.Run(log, scheme, 7, _directory.In("out"));

        Dataset data = DatasetReader.Read(_directory.In("out"));
        Assert.Equal((32, 2), (data.Items, log.ItemsWithoutEvents));
        Assert.Equal(["new 1", "new 2"], data.ItemIds!.Skip(30));
        Assert.Equal([0, 0], data.AllInteractions().ItemCounts()[30..]);
        Assert.Equivalent(DatasetStatistics.Of(data), result.After, strict: true);
        SplitRecord record = SplitRecord.ReadIfPresent(_directory.In("out"), data)!;
        Assert.DoesNotContain(record.ColdValidationItems ?? [], item => item >= 30);
        Assert.DoesNotContain(record.ColdTestItems ?? [], item => item >= 30);
        if (scheme == SplitScheme.ColdMixed) Assert.True(result.After.ColdItems >= 6 + 2);
        if (scheme is SplitScheme.ColdItems or SplitScheme.None) Assert.Equal(scheme == SplitScheme.ColdItems ? 6 + 2 : 2, result.After.ColdItems);
    }

    [Fact]
    public void A_canceled_split_leaves_nothing()
    {
        EventLog log = MadeEventLog.Write(_directory.In("in"), Draw(1));

        Assert.ThrowsAny<OperationCanceledException>(
            () => EventLogSplitter.Run(log, SplitScheme.Random, 7, _directory.In("out"), new CancellationToken(canceled: true)));

        Assert.Equal([_directory.In("in")], Directory.GetFileSystemEntries(_directory.Path));
    }

    [Fact]
    public void Schemes_are_known_by_name()
    {
        Assert.Equal(["random-8-1-1", "leave-one-out", "temporal-user", "temporal-global", "cold-items", "cold-mixed", "none"], KebabCase.All<SplitScheme>());
        Assert.All(Enum.GetValues<SplitScheme>(), scheme => Assert.Equal(scheme, KebabCase.Parse<SplitScheme>("scheme", KebabCase.Of(scheme))));
        Assert.Contains(
            "There is no scheme 'loo'; expected one of random-8-1-1, leave-one-out",
            Assert.Throws<InvalidInputException>(() => KebabCase.Parse<SplitScheme>("scheme", "loo")).Message, StringComparison.Ordinal);
    }

    private static Made[] Draw(ulong seed)
    {
        var rng = new Rng(seed);
        var events = new List<Made>();
        int users = 20 + rng.Next(11);
        for (int user = 0; user < users; user++)
        {
            int[] items = [.. Enumerable.Range(0, 30)];
            rng.Shuffle(items);
            foreach (int item in items.Take(5 + rng.Next(26)))
                for (int times = rng.Next(5) == 0 ? 2 : 1; times > 0; times--) events.Add(new Made(user, item));
        }

        int[] order = [.. Enumerable.Range(1, events.Count)];
        rng.Shuffle(order);
        return [.. events.Zip(order, (e, time) => e with { Time = time })];
    }

    private static string[] InTime(Made[] events, string user) =>
        [.. events.Where(e => $"u{e.User}" == user).GroupBy(e => e.Item).OrderBy(pair => pair.Min(e => e.Time)).Select(pair => $"i{pair.Key}")];

    private static string[] Names(Dataset data, Interactions split, int user) => [.. split.ItemsOf(user).ToArray().Select(item => data.ItemIds![item])];

    private static void ForAll(SplitScheme scheme, int cases, Action<Made[], EventLog, string, Dataset> check) =>
        Prop.ForAll(Full.ToArbitrary(), events =>
        {
            using var own = new TemporaryDirectory();
            EventLog log = MadeEventLog.Write(own.In("in"), events, features: true);
            SplitResult result = EventLogSplitter.Run(log, scheme, 7, own.In("out"));
            Dataset data = DatasetReader.Read(own.In("out"));
            Assert.Equivalent(DatasetStatistics.Of(data), result.After, strict: true);
            check(events, log, own.In("out"), data);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(cases).WithReplay(20250105, 37));

    private (Dataset Data, SplitResult Result) Split(Made[] events, SplitScheme scheme)
    {
        SplitResult result = EventLogSplitter.Run(MadeEventLog.Write(_directory.In("in"), events), scheme, 7, _directory.In("out"));
        return (DatasetReader.Read(_directory.In("out")), result);
    }

    private void AssertRefused(string part, Made[] events, SplitScheme scheme)
    {
        Assert.Contains(part, Assert.Throws<InvalidInputException>(() => Split(events, scheme)).Message, StringComparison.Ordinal);
        Assert.Equal([_directory.In("in")], Directory.GetFileSystemEntries(_directory.Path));
    }
}
