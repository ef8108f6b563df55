using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tessera.Serving.Stores;
using Tessera.Serving.Telemetry;
using Tessera.Serving.Tests.Stores;

namespace Tessera.Serving.Tests.Hosting;

/// <summary>Several models in one host, each of which has its name as key.</summary>
public sealed class NamedServicesTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();
    private readonly PostgresServer _server;

    public NamedServicesTests(PostgresServer server)
    {
        _server = server;
        MadeUpRun.Write(_folder.In("toys"), users: 20, items: 30, dimensions: 8, seed: 1);
        MadeUpRun.Write(_folder.In("books"), users: 20, items: 40, dimensions: 8, seed: 2);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Two_models_answer_side_by_side_and_know_nothing_of_each_other()
    {
        HostApplicationBuilder builder = Builder(("Tessera:SnapshotEvery", "00:05:00"), ("Tessera:books:SnapshotEvery", "00:07:00"), ("Tessera:books:Likes:0", "read"));
        builder.Services.AddTessera("books", options => (options.Model, options.RetrainEvery) = (_folder.In("books"), TimeSpan.FromDays(2)));
        builder.Services.AddTessera(options => options.Model = _folder.In("toys"));
        builder.Services.AddSingleton<Shelf>();
        using IHost host = builder.Build();
        await host.StartAsync();
        IServiceProvider services = host.Services;
        IRecommender toys = services.GetRequiredService<IRecommender>(), books = services.GetRequiredKeyedService<IRecommender>("books");
        Assert.Same(books, services.GetRequiredService<Shelf>().Recommender);
        RecommendationResponse toy = await toys.RecommendAsync(new() { User = "u1", Count = 30 }), book = await books.RecommendAsync(new() { User = "u1", Count = 30 });
        Assert.Equal(("toys", "books"), (toy.Model, book.Model));
        Assert.NotEqual(toy.Items.Select(item => item.Id), book.Items.Select(item => item.Id));
        Assert.Contains("i39", (await services.GetRequiredKeyedService<IItemCatalog>("books").PageAsync(null, 100)).Select(entry => entry.Item.Id));
        Assert.Null(await services.GetRequiredService<IItemCatalog>().FindAsync("i39"));

        await services.GetRequiredKeyedService<IEventLog>("books").AppendAsync([Service.Like("e1", "somebody", "i1", book.Id, "read")]);
        Assert.Equal("personal", (await books.RecommendAsync(new() { User = "somebody" })).Items[0].Reason);
        Assert.Equal("popular", (await toys.RecommendAsync(new() { User = "somebody" })).Items[0].Reason);
        Assert.Empty(await services.GetRequiredService<IEventLog>().HistoryAsync("somebody", 10));
        Assert.NotSame(services.GetRequiredService<IExperiment>(), services.GetRequiredKeyedService<IExperiment>("books"));
        Assert.Equal((2, 2), (Requests(null), Requests("books")));

        Assert.Equal((TimeSpan.FromMinutes(5), "default", null), Settings(Options.DefaultName));
        Assert.Equal((TimeSpan.FromMinutes(7), "books", TimeSpan.FromDays(2)), Settings("books"));
        Assert.Equal("books", (await services.GetRequiredKeyedService<StoreSource>("books").OpenAsync()).Name);
        Assert.True(File.Exists(_folder.In("tessera.db")) && File.Exists(_folder.In("tessera-books.db")));
        HealthReport health = await services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        Assert.Equal(["tessera-alive", "tessera-books-alive", "tessera-books-ready", "tessera-ready"], health.Entries.Keys.Order());
        Assert.All(health.Entries.Values, entry => Assert.Equal(HealthStatus.Healthy, entry.Status));
        await host.StopAsync();

        (TimeSpan, string, TimeSpan?) Settings(string name)
        {
            TesseraOptions options = services.GetRequiredService<IOptionsMonitor<TesseraOptions>>().Get(name);
            return (options.SnapshotEvery, options.Namespace, options.RetrainEvery);
        }

        long Requests(string? name) => services.GetRequiredKeyedService<ServiceMetrics>(name).Recent.Read().Requests;
    }

    [Fact]
    public async Task Two_in_one_database_are_kept_apart_by_their_names()
    {
        string connection = _server.Connection(), toys = $"toys-{Guid.NewGuid():N}", books = $"books-{Guid.NewGuid():N}";
        HostApplicationBuilder builder = Builder();
        builder.Services.AddTessera(toys, options => options.Model = _folder.In("toys")).UsePostgres(connection);
        builder.Services.AddTessera(books, options => options.Model = _folder.In("books")).UsePostgres(connection);
        using IHost host = builder.Build();
        await host.StartAsync();
        await host.Services.GetRequiredKeyedService<IEventLog>(books).AppendAsync([Service.Like("e1", "somebody", "i1")]);
        Assert.Equal("personal", (await ListAsync(books)).Items[0].Reason);
        RecommendationResponse toy = await ListAsync(toys);
        Assert.Equal(("popular", "toys"), (toy.Items[0].Reason, toy.Model));
        await host.StopAsync();

        Task<RecommendationResponse> ListAsync(string name) => host.Services.GetRequiredKeyedService<IRecommender>(name).RecommendAsync(new() { User = "somebody" });
    }

    [Fact]
    public async Task One_whose_settings_cannot_be_says_which_it_is()
    {
        HostApplicationBuilder builder = Builder(("Tessera:books:SnapshotEvery", "00:00:00"));
        builder.Services.AddTessera(options => options.Model = _folder.In("toys"));
        builder.Services.AddTessera("books", options => options.Model = _folder.In("books"));
        using IHost host = builder.Build();
        OptionsValidationException refusal = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Equal("The setting Tessera:books:SnapshotEvery is 00:00:00; expected 1 second to 1 day, such as '00:10:00'.", refusal.Message);
        Assert.Contains("'likes'", Assert.Throws<ArgumentException>(() => builder.Services.AddTessera("likes")).Message, StringComparison.Ordinal);
        Assert.Contains("'Books'", Assert.Throws<ArgumentException>(() => builder.Services.AddTessera("Books")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_is_added_again_is_the_same_with_more_settings()
    {
        HostApplicationBuilder builder = Builder();
        builder.Services.AddTessera("books", options => (options.Model, options.Namespace) = ("elsewhere", "shelf"));
        builder.Services.AddTessera("books", options => options.Model = _folder.In("books")).UseSqlite(_folder.In("shelf.db"));
        using IHost host = builder.Build();
        await host.StartAsync();
        Assert.Equal(2, (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries.Count);
        Assert.Equal("books", (await host.Services.GetRequiredKeyedService<IRecommender>("books").RecommendAsync(new())).Model);
        Assert.Null(host.Services.GetService<IRecommender>());
        Assert.Equal("shelf", host.Services.GetRequiredKeyedService<IOptions<TesseraOptions>>("books").Value.Namespace);
        Assert.True(File.Exists(_folder.In("shelf.db")) && !File.Exists(_folder.In("tessera-books.db")));
        await host.StopAsync();
    }

    private static HostApplicationBuilder Builder(params (string Key, string Value)[] settings)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings.Select(one => KeyValuePair.Create(one.Key, (string?)one.Value)));
        builder.Logging.ClearProviders();
        return builder;
    }

    private sealed class Shelf([FromKeyedServices("books")] IRecommender recommender)
    {
        public IRecommender Recommender => recommender;
    }
}
