using System.Net;
using System.Text.Json.Nodes;
using Tessera.Cli.Serving;

namespace Tessera.Server.Tests.Endpoints;

public sealed class StatusTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task The_status_counts_lists_and_items_and_names_the_model()
    {
        await server.SendAsync(HttpMethod.Get, "/v1/users/0/recommendations");
        await server.SendAsync(HttpMethod.Get, "/v1/users/nobody/recommendations");
        await server.SendAsync(HttpMethod.Patch, "/v1/items/3", """{ "hidden": true }""");
        JsonNode status = await server.SendAsync(HttpMethod.Get, "/v1/status");
        for (int i = 0; i < 100 && (long)status["log"]!["behind"]! > 0; i++) // until the change of the item is followed
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
            status = await server.SendAsync(HttpMethod.Get, "/v1/status");
        }

        JsonNode model = status["model"]!, recent = status["recommendations"]!;
        Assert.Equal(["image", "text", "shared"], model["modalities"]!.AsArray().Select(name => (string)name!));
        Assert.Equal((24, 0, 1), ((int)model["items"]!["known"]!, (int)model["items"]!["cold"]!, (int)model["items"]!["hidden"]!));
        Assert.Equal((2, 2, 1), ((int)recent["requests"]!, (int)recent["lists"]!, (int)recent["fallbacks"]!));
        Assert.InRange((double)recent["p99"]!, (double)recent["p50"]!, 10);
        Assert.Equal(0, (long)status["log"]!["behind"]!);
        Assert.Null(status["refusal"]);
        JsonNode served = (await server.SendAsync(HttpMethod.Get, "/v1/models"))["models"]![0]!;
        Assert.Equal(((string)served["id"]!, true), ((string)model["id"]!, (bool)served["served"]!));
        Assert.True((bool)(await server.SendAsync(HttpMethod.Get, "/v1/items/3"))["learned"]!);
    }

    [Fact]
    public async Task Health_tells_who_has_no_key_the_state_alone_and_a_server_whose_store_is_gone_is_alive()
    {
        string run = server.CopyOfRun(), store = Path.Combine(run, "gone.db");
        await using ServeHost host = await ServerFixture.StartAsync(run, $"sqlite:{store}");
        using HttpClient client = server.ClientWith(key: null, host.Address);
        Assert.Equal("Healthy", await client.GetStringAsync("/health"));
        File.Delete(store);
        using HttpResponseMessage health = await client.GetAsync("/health");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        Assert.Equal("Unhealthy", await health.Content.ReadAsStringAsync());
        Assert.Equal("Healthy", await client.GetStringAsync("/alive"));
    }
}
