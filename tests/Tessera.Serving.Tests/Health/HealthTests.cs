using Microsoft.Extensions.Diagnostics.HealthChecks;
using Tessera.Serving.Stores;

namespace Tessera.Serving.Tests.Health;

public sealed class HealthTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    public HealthTests() => MadeUpRun.Write(_folder.In("run"), users: 20, items: 30, dimensions: 8);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_service_is_ready_while_a_model_is_served_that_is_not_behind()
    {
        await using Service service = await Service.StartAsync(_folder.In("run"), _folder.In("store.db"));
        Assert.Equal((HealthStatus.Healthy, HealthStatus.Healthy), await Check(service));
        service.Served.Dispose();
        Assert.Equal((HealthStatus.Healthy, HealthStatus.Unhealthy), await Check(service));
    }

    [Fact]
    public async Task A_champion_that_is_gone_leaves_a_service_that_takes_events_and_is_not_ready()
    {
        string database = _folder.In("store.db");
        MadeUpRun.Write(_folder.In("later"), users: 20, items: 30, dimensions: 8);
        await using (Service service = await Service.StartAsync(_folder.In("run"), database))
        {
            Store store = await service.Store;
            await store.Generations.AddAsync(new StoredGeneration("later", _folder.In("later"), [], TrainedTo: 0));
            await store.Generations.CrownAsync("later");
        }

        Directory.Delete(_folder.In("later"), recursive: true);
        await using Service again = await Service.StartAsync(_folder.In("run"), database);
        await Assert.ThrowsAsync<NoModelException>(() => again.Recommender.RecommendAsync(new RecommendationRequest()));
        Assert.Equal(1, (await again.Events.AppendAsync([Service.Like("e1", "u", "i1")])).Accepted);
        Assert.Equal((HealthStatus.Healthy, HealthStatus.Unhealthy), await Check(again));
        Assert.Contains((await again.Catalog.PutAsync(new CatalogItem("new"))).Notes, note => note.Contains("No model is served", StringComparison.Ordinal));
    }

    private static async Task<(HealthStatus Alive, HealthStatus Ready)> Check(Service service)
    {
        HealthReport report = await service.Get<HealthCheckService>().CheckHealthAsync();
        return (report.Entries["tessera-alive"].Status, report.Entries["tessera-ready"].Status);
    }
}
