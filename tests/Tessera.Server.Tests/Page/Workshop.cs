using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Models.Tests.Live;
using Tessera.Serving.Following;
using Tessera.Serving.Retraining;
using Tessera.Serving.Stores;

namespace Tessera.Server.Tests.Page;

/// <summary>
/// The shop in a program of one's own, which trains by the command in a process of its own. Beside its model is one that has learned the shoppers' tastes the
/// wrong way round.
/// </summary>
internal sealed class Workshop : IAsyncDisposable
{
    /// <summary>The model that is wrong about everybody.</summary>
    public const string Wrong = "wrong";

    private readonly LiveRuns _runs = new();
    private WebApplication? _app;
    private HttpClient? _client;

    public string Address => _app!.Urls.First();

    public string Key { get; private set; } = "";

    /// <summary>The first model.</summary>
    public string First { get; private set; } = "";

    public T Get<T>()
        where T : notnull => _app!.Services.GetRequiredService<T>();

    public static async Task<Workshop> StartAsync()
    {
        var shop = new Workshop();
        Dataset data = Shop.Data();
        string run = shop._runs.Train("lirdrec", data);
        shop.First = Path.GetFileName(run);
        DatasetWriter.Write(data, TrainingFolder.DataOf(run));
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddTessera(options => options.Model = run).AddServer().UseSqlite(Path.Combine(run, "store.db"));
        builder.Services.AddSingleton(new TrainingCommand("dotnet", [Path.Combine(AppContext.BaseDirectory, "tessera.dll")]));
        shop._app = builder.Build();
        shop._app.MapTessera("/v1");
        shop._app.MapTesseraPage("/");
        await shop._app.StartAsync();
        Store store = await shop.Get<StoreSource>().OpenAsync();
        (_, shop.Key) = await store.Database.Keys.CreateAsync(store, "test", KeyScopes.Read | KeyScopes.Write | KeyScopes.Admin);
        shop._client = new HttpClient { BaseAddress = new Uri(shop.Address), DefaultRequestHeaders = { Authorization = new("Bearer", shop.Key) } };
        await Shop.FillAsync(shop.SendAsync);
        await store.Generations.AddAsync(new StoredGeneration(Wrong, shop._runs.Train("mf", Reversed(data)), [], TrainedTo: await LogEnd.PositionAsync(store, default)));
        return shop;
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_app is not null)
        {
            await _app.StopAsync(); // so that nothing writes any more where it is deleted
            await _app.DisposeAsync();
        }

        _runs.Dispose();
    }

    private async Task SendAsync(HttpMethod method, string path, HttpContent? content) =>
        (await _client!.SendAsync(new HttpRequestMessage(method, path) { Content = content })).EnsureSuccessStatusCode();

    private static Dataset Reversed(Dataset data)
    {
        return new Dataset(data.Name, Turned(data.Train), Turned(data.Validation), Turned(data.Test), data.Modalities);

        static Interactions Turned(Interactions split) => Interactions.FromPairs(split.Users, split.Items, split.Pairs().Select(pair => (split.Users - 1 - pair.User, pair.Item)));
    }
}
