using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Models.Tests.Live;
using Tessera.Serving.Following;
using Tessera.Serving.Generations;
using Tessera.Serving.Stores;
using Tessera.Serving.Stores.Sqlite;
using Tessera.Serving.Tests.Stores;

namespace Tessera.Serving.Tests.Following;

public sealed class GenerationKeeperTests(LiveRuns runs) : IClassFixture<LiveRuns>, IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Models_are_swapped_while_requests_go_on_and_later_ones_know_what_was_done_before()
    {
        await using Service service = await Service.StartAsync(runs.Copy("lirdrec"), _folder.In("store.db"));
        Store store = await service.Store;
        await service.Events.AppendAsync([Service.Like("e1", "somebody", "0"), Service.Like("e2", "somebody", "1")]);
        using var stop = new CancellationTokenSource();
        Task[] readers = [.. Enumerable.Range(0, 3).Select(reader => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested) Assert.NotEmpty(await service.ListOf($"{reader}"));
        }))];
        foreach (string model in new[] { "lightgcn", "mf" })
        {
            await store.Generations.AddAsync(new StoredGeneration(model, runs.Copy(model), [], TrainedTo: 0));
            await store.Generations.CrownAsync(model);
            await Until(() => service.Served.Current!.Champion.Name == model);
            Assert.Equal(RecommendedItem.Personal, (await service.Recommender.RecommendAsync(new RecommendationRequest { User = "somebody" })).Items[0].Reason);
        }

        await store.Generations.ChallengeAsync("lightgcn", 0.5);
        await Until(() => service.Served.Current!.Challenger?.Name == "lightgcn");
        await service.Events.AppendAsync([Service.Like("e3", "somebody", "2")]);
        foreach (string id in new[] { "mf", "lightgcn" })
        {
            using GenerationLease lease = service.Served.Lease(null, id);
            Assert.Equal(3, lease.Generation.Live.Current.KnownTo(lease.Generation.Live.Current.FindUser("somebody")).Count());
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);
    }

    [Fact]
    public async Task A_model_many_of_whose_items_are_gone_is_opened_anew_and_knows_the_same()
    {
        await using Service service = await Service.StartAsync(runs.Copy("lirdrec"), _folder.In("store.db"));
        OpenGeneration first = service.Served.Current!.Champion;
        foreach (string item in new[] { "a", "b", "c", "d", "e" })
        {
            await service.Catalog.PutAsync(new CatalogItem(item), new ItemContent { Vectors = LiveRuns.Like(item, 4).Features });
            if (item != "a") await service.Catalog.DeleteAsync(item);
        }

        await service.Events.AppendAsync([Service.Like("e1", "somebody", "0"), Service.Like("e2", "somebody", "a")]);
        Assert.Equal(29, first.Live.Current.ItemCount);
        string[] before = await service.ListOf("somebody");

        GenerationKeeper keeper = service.Get<GenerationKeeper>();
        Assert.True(keeper.HasWorn);
        await keeper.SyncAsync(CancellationToken.None);

        using GenerationLease lease = service.Served.Lease(null);
        Assert.Equal((first.Name, 25), (lease.Generation.Name, lease.Generation.Live.Current.ItemCount));
        Assert.Equal(before, await service.ListOf("somebody"));
        Assert.True(first.IsGone);
        Assert.False(keeper.HasWorn);
    }

    [Fact]
    public async Task A_model_that_is_gone_or_damaged_is_refused_and_the_one_before_stays()
    {
        await using Service service = await Service.StartAsync(runs.Copy("lirdrec"), _folder.In("store.db"));
        Store store = await service.Store;
        GenerationKeeper keeper = service.Get<GenerationKeeper>();
        string first = service.Served.Current!.Champion.Name, damaged = runs.Copy("mf");
        await File.AppendAllTextAsync(Path.Combine(damaged, "embeddings.safetensors"), "x");
        await store.Generations.AddAsync(new StoredGeneration("gone", _folder.In("gone"), [], TrainedTo: 0));
        await store.Generations.AddAsync(new StoredGeneration("damaged", damaged, [], TrainedTo: 0));
        foreach ((string id, string reason) in new[] { ("gone", "expected a folder that 'tessera train --out' made"), ("damaged", "is damaged") })
        {
            await store.Generations.CrownAsync(id);
            await Until(() => keeper.Refusal?.Contains($"'{id}'", StringComparison.Ordinal) == true);
            Assert.Contains(reason, keeper.Refusal, StringComparison.Ordinal);
            Assert.Equal(first, service.Served.Current!.Champion.Name);
            Assert.NotEmpty(await service.ListOf("0"));
        }

        HealthReport health = await service.Get<HealthCheckService>().CheckHealthAsync();
        Assert.Equal((HealthStatus.Healthy, HealthStatus.Degraded), (health.Entries["tessera-alive"].Status, health.Entries["tessera-ready"].Status));
        await store.Generations.CrownAsync(first); // a rollback is the same call
        await Until(() => keeper.Refusal is null);
        Assert.Equal(HealthStatus.Healthy, (await service.Get<HealthCheckService>().CheckHealthAsync()).Status);
    }

    [Fact]
    public async Task A_generation_that_became_the_champion_or_is_gone_meanwhile_is_made_no_challenger()
    {
        await using Service service = await Service.StartAsync(runs.Copy("lirdrec"), _folder.In("store.db"));
        Store store = await service.Store;
        GenerationKeeper keeper = service.Get<GenerationKeeper>();
        foreach (string id in new[] { "next", "gone" }) await store.Generations.AddAsync(new StoredGeneration(id, runs.Copy("mf"), [], TrainedTo: 0));
        StoredGeneration[] candidates = [.. (await store.Generations.ListAsync()).Where(one => one.State == GenerationState.Candidate).OrderBy(one => one.Id)];
        Assert.Null(await keeper.NameAsync(candidates[1], share: null, CancellationToken.None));
        Assert.Equal("The model 'next' is the champion; make another the champion first.", await keeper.NameAsync(candidates[1], 0.5, CancellationToken.None));
        await store.Generations.RemoveAsync("gone");
        foreach (double? share in new double?[] { null, 0.5 })
        {
            Assert.Equal(
                "The model 'gone' was removed meanwhile; choose one of those that GET models lists.",
                await keeper.NameAsync(candidates[0], share, CancellationToken.None));
        }

        Assert.Equal(GenerationState.Champion, (await store.Generations.ListAsync()).Single(one => one.Id == "next").State);
        Assert.Equal(("next", null), (service.Served.Current!.Champion.Name, service.Served.Current.Challenger));
    }

    [Fact]
    public async Task Where_the_store_names_no_champion_the_one_that_serves_goes_on_and_at_a_start_one_that_served_before()
    {
        string run = runs.Copy("lirdrec"), name = Path.GetFileName(run), database = _folder.In("store.db");
        await using (Service service = await Service.StartAsync(run, database))
        {
            await LoseChampionAsync(await service.Store);
            await service.Get<GenerationKeeper>().SyncAsync(CancellationToken.None);
            AssertServesInPlace(service);
        }

        await using Service again = await Service.StartAsync(run, database);
        AssertServesInPlace(again);
        Assert.Null(await again.Get<GenerationKeeper>().NameAsync((await (await again.Store).Generations.ListAsync()).Single(), share: null, CancellationToken.None));
        Assert.Null(again.Get<GenerationKeeper>().Refusal);

        void AssertServesInPlace(Service service)
        {
            Assert.Equal(name, service.Served.Current?.Champion.Name);
            Assert.Equal($"There is no champion; make a model the champion. Until then serves '{name}'.", service.Get<GenerationKeeper>().Refusal);
        }

        static Task<int> LoseChampionAsync(Store store) => SetStateAsync(store, GenerationState.Retired); // as an earlier version could
    }

    [Fact]
    public async Task A_first_start_that_was_cut_off_before_the_model_became_the_champion_goes_on()
    {
        string run = runs.Copy("lirdrec"), database = _folder.In("store.db");
        await using (Service service = await Service.StartAsync(run, database)) await SetStateAsync(await service.Store, GenerationState.Candidate);
        await using Service again = await Service.StartAsync(run, database);
        Assert.Equal(Path.GetFileName(run), again.Served.Current?.Champion.Name);
        Assert.Equal(GenerationState.Champion, (await (await again.Store).Generations.ListAsync()).Single().State);
    }

    [Fact]
    public async Task Two_services_that_start_at_once_on_a_new_store_both_serve_the_model()
    {
        string run = runs.Copy("lirdrec"), file = _folder.In("store.db");
        await (await SqliteDatabase.OpenAsync(file, TimeProvider.System)).DisposeAsync();
        int begun = 0;
        var both = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Service[] services = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Service.StartAsync(run, file, tessera => tessera.Use(OpenAsync))));
        foreach (Service service in services)
        {
            Assert.Equal(Path.GetFileName(run), service.Served.Current!.Champion.Name);
            Assert.Equal(GenerationState.Champion, (await (await service.Store).Generations.ListAsync()).Single().State);
        }

        foreach (Service service in services) await service.DisposeAsync();

        async Task<Database> OpenAsync(TimeProvider time) => new WatchedDatabase(await SqliteDatabase.OpenAsync(file, time), turn =>
        {
            if (turn != Turn.Models) return Task.CompletedTask;
            if (Interlocked.Increment(ref begun) == 2) both.SetResult();
            return both.Task;
        });
    }

    [Fact]
    public async Task An_erasure_that_could_not_be_kept_is_kept_the_next_time()
    {
        string run = runs.Copy("lirdrec");
        await using Service service = await Service.StartAsync(run, _folder.In("store.db"));
        await service.Events.AppendAsync([Service.Like("e1", "secret-user", "0"), Service.Like("e2", "other", "1")]);
        await service.Get<GenerationKeeper>().SaveAsync(urgentOnly: false, CancellationToken.None);
        string snapshot = Directory.GetDirectories(run, "served-*").Single();
        using (new AtomicFolder(snapshot, replace: true)) // as another process would
        {
            await service.Events.EraseAsync("secret-user");
            await service.Get<GenerationKeeper>().SaveAsync(urgentOnly: true, CancellationToken.None);
            Assert.Contains("secret-user", Kept(), StringComparison.Ordinal);
        }

        await service.Get<GenerationKeeper>().SaveAsync(urgentOnly: true, CancellationToken.None);
        Assert.DoesNotContain("secret-user", Kept(), StringComparison.Ordinal);
        Assert.Contains("other", Kept(), StringComparison.Ordinal);

        string Kept() => File.ReadAllText(Path.Combine(snapshot, "histories.json"));
    }

    [Fact]
    public async Task An_erasure_that_cannot_be_kept_is_tried_again_after_a_while_and_not_at_every_event()
    {
        var failures = new FailedSaves();
        var clock = new SettableClock();
        string run = runs.Copy("lirdrec");
        await using Service service = await Service.StartAsync(run, _folder.In("store.db"), tessera =>
        {
            tessera.Services.AddSingleton<ILoggerProvider>(failures);
            tessera.Services.AddSingleton<TimeProvider>(clock);
        });
        await service.Events.AppendAsync([Service.Like("e", "secret-user", "0")]);
        await service.Get<GenerationKeeper>().SaveAsync(urgentOnly: false, CancellationToken.None);
        string snapshot = Directory.GetDirectories(run, "served-*").Single();
        using (new AtomicFolder(snapshot, replace: true)) // as another process would
        {
            await service.Events.EraseAsync("secret-user");
            for (int page = 0; page < 20; page++) await service.Events.AppendAsync([Service.Like($"e{page}", "other", "1")]);
            await Until(() => !failures.Messages.IsEmpty);
            clock.Now += TimeSpan.FromSeconds(9);
            await service.Events.AppendAsync([Service.Like("late", "other", "2")]);
            await Task.Delay(LogProgress.LookEvery * 2);
            Assert.Single(failures.Messages);
        }

        clock.Now += TimeSpan.FromSeconds(1); // and nobody does anything
        await Until(() => !File.ReadAllText(Path.Combine(snapshot, "histories.json")).Contains("secret-user", StringComparison.Ordinal));
        Assert.Single(failures.Messages);
    }

    [Fact]
    public async Task What_a_generation_kept_of_users_goes_when_it_serves_no_longer()
    {
        string first = runs.Copy("lirdrec"), second = runs.Copy("mf"), database = _folder.In("store.db"), kept, copy = _folder.In("copy");
        await using (Service service = await Service.StartAsync(first, database))
        {
            Store store = await service.Store;
            GenerationKeeper keeper = service.Get<GenerationKeeper>();
            await service.Events.AppendAsync([Service.Like("e1", "secret-user", "0")]);
            await keeper.SaveAsync(urgentOnly: false, CancellationToken.None);
            kept = Directory.GetDirectories(first, "served-*").Single();
            Assert.Contains("secret-user", File.ReadAllText(Path.Combine(kept, "histories.json")), StringComparison.Ordinal);
            Directory.CreateDirectory(copy);
            foreach (string file in Directory.GetFiles(kept)) File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
            await store.Generations.AddAsync(new StoredGeneration("next", second, [], TrainedTo: 0));
            Assert.Null(await keeper.NameAsync((await store.Generations.ListAsync()).Single(one => one.Id == "next"), share: null, CancellationToken.None));
            Assert.False(Directory.Exists(kept));

            Restore("");
            Restore(AtomicFolder.ReplacedSuffix); // of a write that was cut off
            await service.Events.EraseAsync("secret-user");
            await Until(() => !Directory.Exists(kept) && !Directory.Exists(kept + AtomicFolder.ReplacedSuffix));
        }

        Assert.NotEmpty(Directory.GetDirectories(second, "served-*"));
        Restore(""); // as if the erasure had been taken in by another process
        await using Service again = await Service.StartAsync(first, database);
        Assert.Equal("next", again.Served.Current!.Champion.Name);
        Assert.False(Directory.Exists(kept));
        Assert.NotEmpty(Directory.GetDirectories(second, "served-*"));

        void Restore(string suffix)
        {
            Directory.CreateDirectory(kept + suffix);
            foreach (string file in Directory.GetFiles(copy)) File.Copy(file, Path.Combine(kept + suffix, Path.GetFileName(file)));
        }
    }

    [Fact]
    public async Task A_run_in_a_folder_with_too_long_a_name_is_refused_before_anything_is_stored_and_served_under_another()
    {
        string run = _folder.In(new string('n', 101)), shorter = _folder.In(new string('n', 100)), database = _folder.In("store.db");
        Directory.Move(runs.Copy("lirdrec"), run);
        var refusal = await Assert.ThrowsAsync<InvalidInputException>(() => Service.StartAsync(run, database));
        Assert.EndsWith("by its run's folder, which has 101 characters; expected 100 at most, so give the folder a shorter name.", refusal.Message, StringComparison.Ordinal);
        Directory.Move(run, shorter);
        await using Service service = await Service.StartAsync(shorter, database);
        Assert.Equal(Path.GetFileName(shorter), service.Served.Current!.Champion.Name);
        Assert.Single(await (await service.Store).Generations.ListAsync());
    }

    [Fact]
    public async Task Saves_do_not_get_in_each_others_way()
    {
        var failures = new FailedSaves();
        await using Service service = await Service.StartAsync(
            runs.Copy("lirdrec"), _folder.In("store.db"), tessera => tessera.Services.AddSingleton<ILoggerProvider>(failures));
        GenerationKeeper keeper = service.Get<GenerationKeeper>();
        for (int round = 0; round < 20; round++)
        {
            await service.Events.AppendAsync([Service.Like($"e{round}", "somebody", $"{round % 5}")]);
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => keeper.SaveAsync(urgentOnly: false, CancellationToken.None))));
        }

        Assert.Empty(failures.Messages);
    }

    [Fact]
    public async Task What_the_models_know_is_kept_though_the_host_has_no_time_left()
    {
        string run = runs.Copy("lirdrec");
        await using Service service = await Service.StartAsync(run, _folder.In("store.db"));
        await service.Events.AppendAsync([Service.Like("e1", "somebody", "0")]);
        await service.Host.StopAsync(new CancellationToken(canceled: true));
        Assert.Contains("somebody", File.ReadAllText(Path.Combine(Directory.GetDirectories(run, "served-*").Single(), "histories.json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_run_in_the_settings_is_served_and_one_that_is_known_leaves_the_choice_to_the_store()
    {
        string first = runs.Copy("lirdrec"), second = runs.Copy("mf"), database = _folder.In("store.db");
        await using (Service service = await Service.StartAsync(first, database)) Assert.Equal(Path.GetFileName(first), service.Served.Current!.Champion.Name);
        await using (Service service = await Service.StartAsync(second, database)) Assert.Equal(Path.GetFileName(second), service.Served.Current!.Champion.Name);
        await using (Service service = await Service.StartAsync(first, database)) Assert.Equal(Path.GetFileName(second), service.Served.Current!.Champion.Name);
    }

    private static Task<int> SetStateAsync(Store store, GenerationState state) => store.WriteAsync(
        Turn.Models, session => session.ExecuteAsync("UPDATE generations SET state = @State WHERE namespace = @Number", new { State = $"{state}", store.Number }), CancellationToken.None);

    private static async Task Until(Func<bool> so)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!so()) await Task.Delay(10, patience.Token);
    }

    /// <summary>What is logged of snapshots that could not be kept.</summary>
    private sealed class FailedSaves : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Messages { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel == LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Id == 113) Messages.Enqueue(formatter(state, exception));
        }

        public void Dispose()
        {
        }
    }
}
