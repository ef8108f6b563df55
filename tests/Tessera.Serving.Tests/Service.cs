using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tessera.Serving.Following;
using Tessera.Serving.Generations;
using Tessera.Serving.Stores;

namespace Tessera.Serving.Tests;

/// <summary>The service in a host of its own, over a run and a SQLite file.</summary>
internal sealed class Service : IAsyncDisposable
{
    private Service(IHost host) => Host = host;

    public IHost Host { get; }

    public IRecommender Recommender => Get<IRecommender>();

    public IItemCatalog Catalog => Get<IItemCatalog>();

    public IEventLog Events => Get<IEventLog>();

    public ServedGenerations Served => Get<ServedGenerations>();

    public LogProgress Progress => Get<LogProgress>();

    public Task<Store> Store => Get<StoreSource>().OpenAsync();

    /// <summary>Starts one.</summary>
    /// <param name="run">Folder of the run.</param>
    /// <param name="database">The SQLite file.</param>
    /// <param name="services">Adds or replaces services.</param>
    /// <param name="settings">Settings of the configuration.</param>
    public static async Task<Service> StartAsync(string run, string database, Action<ITesseraBuilder>? services = null, params (string Key, string Value)[] settings)
    {
        HostApplicationBuilder builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings.Select(one => KeyValuePair.Create(one.Key, (string?)one.Value)));
        builder.Logging.ClearProviders();
        ITesseraBuilder tessera = builder.Services.AddTessera(options => options.Model = run).UseSqlite(database);
        services?.Invoke(tessera);
        var service = new Service(builder.Build());
        try
        {
            await service.Host.StartAsync();
            return service;
        }
        catch
        {
            await ((IAsyncDisposable)service.Host).DisposeAsync();
            throw;
        }
    }

    public T Get<T>()
        where T : notnull => Host.Services.GetRequiredService<T>();

    /// <summary>Ids that a user gets.</summary>
    public async Task<string[]> ListOf(string user, int count = 50, ItemFilter? filter = null) =>
        [.. (await Recommender.RecommendAsync(new RecommendationRequest { User = user, Count = count, Filter = filter })).Items.Select(item => item.Id)];

    public static UserEvent Like(string id, string user, string item, string? recommendation = null, string type = "like") =>
        new(id, user, item, type, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), recommendation);

    public async ValueTask DisposeAsync()
    {
        await Host.StopAsync();
        await ((IAsyncDisposable)Host).DisposeAsync();
    }
}
