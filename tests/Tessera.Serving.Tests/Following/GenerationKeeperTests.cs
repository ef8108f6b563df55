using Microsoft.Extensions.Diagnostics.HealthChecks;
using Tessera.Models.Tests.Live;
using Tessera.Serving.Following;
using Tessera.Serving.Stores;

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
            using Serving.Generations.GenerationLease lease = service.Served.Lease(null, id);
            Assert.Equal(3, lease.Generation.Live.Current.KnownTo(lease.Generation.Live.Current.FindUser("somebody")).Count());
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);
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
    public async Task Another_run_in_the_settings_is_served_and_one_that_is_known_leaves_the_choice_to_the_store()
    {
        string first = runs.Copy("lirdrec"), second = runs.Copy("mf"), database = _folder.In("store.db");
        await using (Service service = await Service.StartAsync(first, database)) Assert.Equal(Path.GetFileName(first), service.Served.Current!.Champion.Name);
        await using (Service service = await Service.StartAsync(second, database)) Assert.Equal(Path.GetFileName(second), service.Served.Current!.Champion.Name);
        await using (Service service = await Service.StartAsync(first, database)) Assert.Equal(Path.GetFileName(second), service.Served.Current!.Champion.Name);
    }

    private static async Task Until(Func<bool> so)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!so()) await Task.Delay(10, patience.Token);
    }
}
