using Microsoft.Extensions.DependencyInjection;
using Tessera.Data;
using Tessera.Serving.Experiments;
using Tessera.Serving.Generations;
using Tessera.Serving.Stores;
using Tessera.Serving.Stores.Sqlite;
using Tessera.Serving.Telemetry;
using Tessera.Serving.Tests.Stores;

namespace Tessera.Serving.Tests.Experiments;

public sealed class ExperimentTests : IDisposable
{
    private static readonly DateTimeOffset Day = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly TemporaryDirectory _folder = new();

    public ExperimentTests() => MadeUpRun.Write(_folder.In("run"), users: 20, items: 30, dimensions: 8);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_list_counts_once_for_the_arm_that_made_it_however_often_it_is_clicked()
    {
        await using Service service = await Service.StartAsync(
            _folder.In("run"), _folder.In("store.db"), tessera => tessera.Services.AddSingleton<TimeProvider>(new SettableClock { Now = Day.AddDays(2) }));
        Store store = await service.Store;
        await store.Recommendations.AddAsync(
        [
            .. Enumerable.Range(0, 40).Select(n => new Recommended($"a{n}", "u", RecommendationResponse.Champion, "run", ["i1"], Day.AddHours(n))),
            .. Enumerable.Range(0, 10).Select(n => new Recommended($"b{n}", "u", RecommendationResponse.Challenger, "other", ["i1"], Day.AddHours(n))),
        ]);
        await service.Events.AppendAsync(
        [
            Service.Like("e1", "u", "i1", "a5", "click"), Service.Like("e2", "u", "i2", "a5", "click"), Service.Like("e3", "u", "i1", "a5", "purchase"),
            Service.Like("e4", "u", "i1", "a6", "click"), Service.Like("e5", "u", "i1", "b1", "click"), Service.Like("e6", "u", "i1", "b2", "view"),
            Service.Like("e7", "u", "i1", "unknown", "click"), Service.Like("e8", "u", "i1", null, "click"),
        ]);
        IExperiment experiment = service.Get<IExperiment>();
        ArmComparison all = await experiment.CompareAsync(Day);
        Assert.Equal(
            [("champion", "run", 40L, 2L, 1L), ("challenger", "other", 10L, 1L, 0L)], all.Arms.Select(arm => (arm.Arm, arm.Model, arm.Lists, arm.Clicks, arm.Purchases)));
        Assert.Equal((0.05, 0.1), (all.Arms[0].ClickRate.Value, all.Arms[1].ClickRate.Value));
        Assert.Equal((null, "No challenger is served, so there is nothing to compare."), (all.Better, all.Verdict));
        Assert.Equal(34, (await experiment.CompareAsync(Day.AddHours(6))).Arms[0].Lists);
    }

    [Fact]
    public void A_verdict_needs_intervals_that_are_apart()
    {
        (_, OpenGeneration one) = Shop.Open(_folder.In("run"), "one");
        (_, OpenGeneration other) = Shop.Open(_folder.In("run"), "other");
        using var served = new ServedGenerations();
        served.Serve(one, other, 0.5);
        Assert.Equal((null, "There is not enough data to tell which of the two is clicked more often."), Judge(100, 10, 100, 14));
        Assert.Equal(("challenger", "The challenger's lists are clicked more often."), Judge(10_000, 1000, 10_000, 1400));
        Assert.Equal(("champion", "The champion's lists are clicked more often."), Judge(10_000, 1000, 10_000, 700));
        Assert.Null(Experiment.Judge([], served.Current).Better);

        (string?, string) Judge(long lists, long clicks, long others, long theirs) => Experiment.Judge(
            [Figures(RecommendationResponse.Champion, "one", lists, clicks), Figures(RecommendationResponse.Challenger, "other", others, theirs)], served.Current);

        static ArmFigures Figures(string arm, string model, long lists, long clicks) => new(arm, model, lists, clicks, 0, Wilson.Of(clicks, lists), Wilson.Of(0, lists));
    }

    [Fact]
    public async Task Lists_that_are_handed_out_are_recorded_and_old_ones_dropped()
    {
        RecommendationResponse list;
        await using (Service service = await Start())
        {
            DateTimeOffset old = DateTimeOffset.UtcNow.AddDays(-91);
            for (int n = 0; n < 3; n++)
                await (await service.Store).Recommendations.AddAsync([.. Enumerable.Range(0, 700).Select(one => new Recommended($"old{n}-{one}", null, "champion", "run", ["i1"], old))]);
            list = await service.Recommender.RecommendAsync(new RecommendationRequest { User = "u1", Count = 3 });
        }

        await using Service again = await Start();
        Store store = await again.Store;
        Recommended kept = (await store.Recommendations.FindAsync(list.Id))!;
        Assert.Equal(("u1", "champion", "run"), (kept.User, kept.Arm, kept.Model));
        Assert.Equal(list.Items.Select(item => item.Id), kept.Items);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (await LeftAsync() > 1) await Task.Delay(10, patience.Token);

        Task<long> LeftAsync() => store.ReadAsync(session => session.FindAsync<long>("SELECT count(*) FROM recommendations"), patience.Token);
    }

    [Fact]
    public async Task Lists_are_recorded_though_old_ones_cannot_be_dropped()
    {
        await using (await Start())
        {
            // The store is made.
        }

        int refused = 0;
        RecommendationResponse list;
        await using (Service service = await Service.StartAsync(_folder.In("run"), _folder.In("store.db"), tessera => tessera.Use(OpenAsync)))
        {
            using var meter = new Measured(service);
            list = await service.Recommender.RecommendAsync(new RecommendationRequest { User = "u1", Count = 3 });
            await service.Host.StopAsync();
            Assert.Equal(0, meter.Sum("tessera.recommendations.dropped"));
        }

        Assert.Equal(1, refused);
        await using Service again = await Start();
        Assert.NotNull(await (await again.Store).Recommendations.FindAsync(list.Id));

        async Task<Database> OpenAsync(TimeProvider time) => new WatchedDatabase(
            await SqliteDatabase.OpenAsync(_folder.In("store.db"), time),
            turn => turn == Turn.None ? throw new StorageException($"Refused {++refused} times.") : Task.CompletedTask);
    }

    [Fact]
    public async Task A_list_of_a_chosen_model_is_neither_recorded_nor_counted_whatever_names_it()
    {
        RecommendationResponse traffic, look;
        await using (Service service = await Start())
        {
            using var meter = new Measured(service);
            traffic = await service.Recommender.RecommendAsync(new RecommendationRequest { User = "stranger", Count = 3 });
            look = await service.Recommender.RecommendAsync(new RecommendationRequest { User = "stranger", Count = 3, Model = RecommendationResponse.Champion });
            IReadOnlyList<BatchEntry> batch = await service.Recommender.RecommendBatchAsync([new() { User = "stranger", Model = "run" }, new() { User = "stranger", Model = "other" }]);
            RecommendationResponse second = await service.Recommender.RecommendAsync(new RecommendationRequest { User = "stranger", Count = 3, Next = look.Next });
            Assert.Equal((null, 3), (second.Arm, second.Items.Count));
            Assert.Equal(("champion", null, null), (traffic.Arm, look.Arm, batch[0].Response!.Arm));
            Assert.Equal(("run", "run"), (look.Model, batch[0].Response!.Model));
            Assert.Equal(traffic.Items.Select(item => item.Id), look.Items.Select(item => item.Id));
            Assert.StartsWith("The model 'other' is not served;", batch[1].Error, StringComparison.Ordinal);
            Assert.Equal(1, meter.Sum("tessera.fallbacks"));
            RecentFigures recent = service.Get<ServiceMetrics>().Recent.Read();
            Assert.Equal((2, 1, 1), (recent.Requests, recent.Lists, recent.Fallbacks));
        }

        await using Service again = await Start();
        await again.Events.AppendAsync([Service.Like("e1", "stranger", "i1", look.Id, "click")]);
        Assert.Null(await (await again.Store).Recommendations.FindAsync(look.Id));
        ArmFigures arm = Assert.Single((await again.Get<IExperiment>().CompareAsync(DateTimeOffset.UtcNow.AddHours(-1))).Arms);
        Assert.Equal((1, 0), (arm.Lists, arm.Clicks));
    }

    [Fact]
    public async Task Lists_are_dropped_and_counted_where_the_store_does_not_keep_up()
    {
        await using Service service = await Start();
        using var meter = new Measured(service);
        var recorder = ActivatorUtilities.CreateInstance<RecommendationRecorder>(service.Host.Services); // which does not run
        for (int n = 0; n < 10_007; n++) recorder.Record("u", "champion", new RecommendationResponse($"r{n}", "run", "champion", []));
        Assert.Equal(7, meter.Sum("tessera.recommendations.dropped"));
    }

    private Task<Service> Start() => Service.StartAsync(_folder.In("run"), _folder.In("store.db"));
}
