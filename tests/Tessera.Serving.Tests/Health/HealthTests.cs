using Microsoft.Extensions.Diagnostics.HealthChecks;
using Tessera.Serving.Following;
using Tessera.Serving.Stores;
using Tessera.Serving.Telemetry;

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
    public async Task A_store_that_is_gone_damaged_or_another_makes_a_service_alive_and_not_ready()
    {
        string database = _folder.In("store.db");
        await using Service service = await Service.StartAsync(_folder.In("run"), database);
        await using (Service other = await Service.StartAsync(_folder.In("run"), _folder.In("other.db"))) await other.Store;
        string[] files = Directory.GetFiles(Path.GetDirectoryName(database)!, "store.db*"); // its write-ahead log among them
        foreach (string file in files) File.Move(file, $"{file}.kept");
        Assert.StartsWith($"The store '{database}' is gone, ", await StoreFault(service), StringComparison.Ordinal);
        File.WriteAllText(database, new string('x', 8192));
        Assert.StartsWith($"The store '{database}' is damaged or no store at all; ", await StoreFault(service), StringComparison.Ordinal);
        File.Copy(_folder.In("other.db"), database, overwrite: true);
        Assert.StartsWith("Another store has come in the place", await StoreFault(service), StringComparison.Ordinal);
        foreach (string file in Directory.GetFiles(Path.GetDirectoryName(database)!, "store.db-*").Except(files.Select(file => $"{file}.kept"))) File.Delete(file);
        foreach (string file in files) File.Move($"{file}.kept", file, overwrite: true);
        Assert.Equal((HealthStatus.Healthy, HealthStatus.Healthy), await Check(service));
    }

    [Fact]
    public async Task An_older_copy_of_the_store_in_its_place_makes_a_service_not_ready()
    {
        string database = _folder.In("store.db"), copy = _folder.In("copy.db");
        await using (Service first = await Service.StartAsync(_folder.In("run"), database)) await first.Store;
        File.Copy(database, copy);
        await using Service service = await Service.StartAsync(_folder.In("run"), database);
        await service.Events.AppendAsync([Service.Like("e1", "somebody", "i1")]);
        Assert.Equal((HealthStatus.Healthy, HealthStatus.Healthy), await Check(service));
        foreach (string file in Directory.GetFiles(Path.GetDirectoryName(database)!, "store.db*")) File.Delete(file);
        File.Copy(copy, database);
        Assert.StartsWith("Another store has come in the place", await StoreFault(service), StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(copy), File.ReadAllBytes(database));
    }

    [Fact]
    public async Task In_place_of_a_champion_that_is_gone_serves_one_that_served_before_and_the_service_says_so()
    {
        await CrownLaterAsync();
        Directory.Delete(_folder.In("later"), recursive: true);
        await using Service again = await Service.StartAsync(_folder.In("run"), _folder.In("store.db"));
        Assert.Equal("run", (await again.Recommender.RecommendAsync(new RecommendationRequest())).Model);
        Assert.Equal((HealthStatus.Healthy, HealthStatus.Degraded), await Check(again));
        ServiceStatus status = again.Get<StatusReader>().Read();
        Assert.Equal("run", status.Model!.Id);
        Assert.StartsWith("Generation 'later' is not served: ", status.Refusal, StringComparison.Ordinal);
        Assert.Contains("In its place serves 'run'", status.Refusal, StringComparison.Ordinal);

        await (await again.Store).Generations.CrownAsync("run");
        await again.Get<GenerationKeeper>().SyncAsync(CancellationToken.None);
        Assert.Equal((HealthStatus.Healthy, HealthStatus.Healthy), await Check(again));
    }

    [Fact]
    public async Task A_service_all_of_whose_models_are_gone_takes_events_and_is_not_ready()
    {
        await CrownLaterAsync();
        Directory.Delete(_folder.In("later"), recursive: true);
        Directory.Delete(_folder.In("run"), recursive: true);
        await using Service again = await Service.StartAsync(_folder.In("run"), _folder.In("store.db"));
        await Assert.ThrowsAsync<NoModelException>(() => again.Recommender.RecommendAsync(new RecommendationRequest()));
        Assert.Equal(1, (await again.Events.AppendAsync([Service.Like("e1", "u", "i1")])).Accepted);
        Assert.Equal((HealthStatus.Healthy, HealthStatus.Unhealthy), await Check(again));
        Assert.Contains((await again.Catalog.PutAsync(new CatalogItem("new"))).Notes, note => note.Contains("No model is served", StringComparison.Ordinal));
    }

    /// <summary>Has a service make another run its champion.</summary>
    private async Task CrownLaterAsync()
    {
        MadeUpRun.Write(_folder.In("later"), users: 20, items: 30, dimensions: 8);
        await using Service service = await Service.StartAsync(_folder.In("run"), _folder.In("store.db"));
        Store store = await service.Store;
        await store.Generations.AddAsync(new StoredGeneration("later", _folder.In("later"), [], TrainedTo: 0));
        await store.Generations.CrownAsync("later");
    }

    private static async Task<string?> StoreFault(Service service)
    {
        Assert.Equal((HealthStatus.Healthy, HealthStatus.Unhealthy), await Check(service));
        return (await service.Get<HealthCheckService>().CheckHealthAsync()).Entries["tessera-ready"].Description;
    }

    private static async Task<(HealthStatus Alive, HealthStatus Ready)> Check(Service service)
    {
        HealthReport report = await service.Get<HealthCheckService>().CheckHealthAsync();
        return (report.Entries["tessera-alive"].Status, report.Entries["tessera-ready"].Status);
    }
}
