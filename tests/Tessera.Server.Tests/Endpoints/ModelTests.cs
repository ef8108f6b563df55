using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tessera.Recommendation.Recommenders;
using Tessera.Serving;
using Tessera.Serving.Following;
using Tessera.Serving.Generations;
using Tessera.Serving.Stores;

namespace Tessera.Server.Tests.Endpoints;

public sealed class ModelTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task A_refused_alias_leaves_the_store_and_what_is_served_as_they_were()
    {
        Store store = await server.Host.Services.GetRequiredService<StoreSource>().OpenAsync();
        string damaged = server.CopyOfRun(), missing = Path.Combine(damaged, "none");
        await File.AppendAllTextAsync(Path.Combine(damaged, "embeddings.safetensors"), "x");
        foreach ((string id, string folder) in new[] { ("tried", server.CopyOfRun()), ("damaged", damaged), ("missing", missing) })
            await store.Generations.AddAsync(new StoredGeneration(id, folder, [], TrainedTo: 0));
        await store.Generations.ChallengeAsync("damaged", 0);
        await store.Generations.EndTrialAsync();
        await server.SendAsync(HttpMethod.Put, "/v1/aliases/challenger", """{ "model": "tried", "traffic": 0.25 }""");
        ServedGenerations served = server.Host.Services.GetRequiredService<ServedGenerations>();
        Arms arms = served.Current!;
        string before = await StateAsync(store);
        Assert.Contains("damaged:Retired:0 missing:Candidate:0 tried:Challenger:0.25", before, StringComparison.Ordinal);
        foreach ((string alias, string model, string traffic, int expected, string reason) in new[]
        {
            ("champion", "damaged", "", 409, "Generation 'damaged' is not served: "),
            ("champion", "missing", "", 409, "Generation 'missing' is not served: "),
            ("challenger", "damaged", """, "traffic": 0.5""", 409, "Generation 'damaged' is not served: "),
            ("challenger", "missing", """, "traffic": 0.5""", 409, "Generation 'missing' is not served: "),
            ("challenger", arms.Champion.Name, """, "traffic": 0.5""", 409, $"The model '{arms.Champion.Name}' is the champion; make another the champion first."),
            ("challenger", "tried", """, "traffic": 2""", 422, "The challenger's share of the traffic is 2; expected 0 to 1"),
            ("challenger", "tried", "", 422, "'traffic' is missing"),
        })
        {
            (int status, string detail) = await server.RefusedAsync(HttpMethod.Put, $"/v1/aliases/{alias}", $$"""{ "model": "{{model}}"{{traffic}} }""");
            Assert.Equal(expected, status);
            Assert.StartsWith(reason, detail, StringComparison.Ordinal);
            Assert.Equal(before, await StateAsync(store));
            Assert.Equal(arms, served.Current);
            Assert.Null((await server.SendAsync(HttpMethod.Get, "/v1/status"))["refusal"]);
        }

        await server.SendAsync(HttpMethod.Delete, "/v1/aliases/challenger");
    }

    [Fact]
    public async Task A_swap_is_waited_for_beyond_the_time_that_requests_have_and_made_even_if_nobody_waits_for_it()
    {
        string run = server.CopyOfRun();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddTessera(options => options.Model = run).UseSqlite(Path.Combine(run, "store.db")).AddServer();
        builder.Services.AddRequestTimeouts(timeouts => timeouts.DefaultPolicy = new RequestTimeoutPolicy { Timeout = TimeSpan.FromMilliseconds(1) });
        builder.Services.AddSingleton<GenerationOpener, SlowOpener>();
        await using WebApplication app = builder.Build();
        app.UseRequestTimeouts();
        app.MapTessera("/v1");
        app.MapGet("/timed", (CancellationToken cancel) => Task.Delay(Timeout.Infinite, cancel));
        await app.StartAsync();
        Store store = await app.Services.GetRequiredService<StoreSource>().OpenAsync();
        foreach (string id in new[] { "slow", "left" }) await store.Generations.AddAsync(new StoredGeneration(id, server.CopyOfRun(), [], TrainedTo: 0));
        (_, string secret) = await store.Database.Keys.CreateAsync(store, "test", KeyScopes.Admin);
        using HttpClient client = server.ClientWith(secret, app.Urls.Single());
        client.Timeout = Timeout.InfiniteTimeSpan;
        var opener = (SlowOpener)app.Services.GetRequiredService<GenerationOpener>();
        ServedGenerations served = app.Services.GetRequiredService<ServedGenerations>();

        Task<HttpResponseMessage> swap = CrownAsync("slow", CancellationToken.None);
        await opener.BegunAsync();
        using HttpResponseMessage timed = await client.GetAsync("/timed"); // whose time begins after the other's, and is as long
        Assert.Equal(HttpStatusCode.GatewayTimeout, timed.StatusCode);
        Assert.False(swap.IsCompleted);
        Assert.DoesNotContain("slow:Champion", await StateAsync(store), StringComparison.Ordinal);
        opener.Finish();
        using HttpResponseMessage done = await swap;
        Assert.Equal(HttpStatusCode.NoContent, done.StatusCode);
        Assert.Equal("slow", served.Current!.Champion.Name);

        using var leaving = new CancellationTokenSource();
        Task<HttpResponseMessage> left = CrownAsync("left", leaving.Token);
        await opener.BegunAsync();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        opener.Finish();
        using HttpResponseMessage again = await CrownAsync("left", CancellationToken.None);
        Assert.Equal(HttpStatusCode.NoContent, again.StatusCode);
        Assert.Equal(("left", 2), (served.Current!.Champion.Name, opener.Opened));
        await app.StopAsync();

        Task<HttpResponseMessage> CrownAsync(string model, CancellationToken cancel) =>
            client.PutAsJsonAsync("/v1/aliases/champion", new JsonObject { ["model"] = model }, cancel);
    }

    /// <summary>All that the store says of generations, and where its log ends.</summary>
    private static async Task<string> StateAsync(Store store)
    {
        IEnumerable<string> generations = (await store.Generations.ListAsync()).OrderBy(one => one.Id, StringComparer.Ordinal).Select(one => $"{one.Id}:{one.State}:{one.Traffic}");
        return $"{string.Join(' ', generations)} {await LogEnd.PositionAsync(store, CancellationToken.None)}";
    }

    /// <summary>Opens all but the first generation when it is told to.</summary>
    private sealed class SlowOpener(ModelCatalog models, IOptions<TesseraOptions> options, ILogger<GenerationOpener> logger) : GenerationOpener(models, options, logger)
    {
        private readonly Channel<bool> _begun = Channel.CreateUnbounded<bool>(), _finish = Channel.CreateUnbounded<bool>();

        /// <summary>How many it was told to open.</summary>
        public int Opened { get; private set; }

        public async Task BegunAsync() => await _begun.Reader.ReadAsync();

        public void Finish() => _finish.Writer.TryWrite(true);

        public override async Task<FollowedModel> OpenAsync(StoredGeneration stored, Store store, CancellationToken cancel)
        {
            if (stored.Id is "slow" or "left")
            {
                Opened++;
                _begun.Writer.TryWrite(true);
                await _finish.Reader.ReadAsync(cancel);
            }

            return await base.OpenAsync(stored, store, cancel);
        }
    }
}
