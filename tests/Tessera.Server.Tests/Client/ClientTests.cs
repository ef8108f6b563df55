using System.Net;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Tessera.Client;
using Tessera.Server.Tests.OpenApi;
using Tessera.Serving;

namespace Tessera.Server.Tests.Client;

public sealed class ClientTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    /// <summary>The method for each operation of the server's description.</summary>
    private static readonly Dictionary<string, string> Methods = new()
    {
        ["Recommend"] = nameof(TesseraClient.RecommendAsync),
        ["RecommendToUser"] = nameof(TesseraClient.RecommendToUserAsync),
        ["RecommendBatch"] = nameof(TesseraClient.RecommendBatchAsync),
        ["FindSimilar"] = nameof(TesseraClient.FindSimilarAsync),
        ["PutItem"] = nameof(TesseraClient.PutItemAsync),
        ["PutItemImage"] = nameof(TesseraClient.PutItemImageAsync),
        ["PreviewItem"] = nameof(TesseraClient.PreviewItemAsync),
        ["PatchItem"] = nameof(TesseraClient.PatchItemAsync),
        ["DeleteItem"] = nameof(TesseraClient.DeleteItemAsync),
        ["GetItem"] = nameof(TesseraClient.FindItemAsync),
        ["GetItemImage"] = nameof(TesseraClient.OpenItemImageAsync),
        ["ListItems"] = nameof(TesseraClient.ListItemsAsync),
        ["AppendEvents"] = nameof(TesseraClient.AppendEventsAsync),
        ["ListRejectedEvents"] = nameof(TesseraClient.ListRejectedEventsAsync),
        ["GetUser"] = nameof(TesseraClient.GetUserAsync),
        ["EraseUser"] = nameof(TesseraClient.EraseUserAsync),
        ["MergeUsers"] = nameof(TesseraClient.MergeUsersAsync),
        ["ListModels"] = nameof(TesseraClient.ListModelsAsync),
        ["Train"] = nameof(TesseraClient.TrainAsync),
        ["GetStatus"] = nameof(TesseraClient.GetStatusAsync),
        ["SetAlias"] = nameof(TesseraClient.MakeChallengerAsync),
        ["ClearAlias"] = nameof(TesseraClient.EndChallengeAsync),
        ["GetJob"] = nameof(TesseraClient.FindJobAsync),
        ["ListJobs"] = nameof(TesseraClient.ListJobsAsync),
        ["ListKeys"] = nameof(TesseraClient.ListKeysAsync),
        ["CreateKey"] = nameof(TesseraClient.CreateKeyAsync),
        ["RevokeKey"] = nameof(TesseraClient.RevokeKeyAsync),
        ["Import"] = nameof(TesseraClient.ImportAsync),
        ["Export"] = nameof(TesseraClient.ExportAsync),
    };

    [Fact]
    public async Task Each_operation_has_its_method()
    {
        JsonNode document = await server.SendAsync(HttpMethod.Get, "/openapi/v1.json");
        Assert.Equal(Methods.Keys.Order(), DocumentTests.OperationsOf(document).Select(one => (string)one.Operation["operationId"]!).Order());
        string[] known = [.. typeof(TesseraClient).GetMethods(BindingFlags.Public | BindingFlags.Instance).Select(method => method.Name)];
        Assert.Superset(Methods.Values.ToHashSet(), known.ToHashSet());
    }

    [Fact]
    public async Task An_address_may_have_a_path()
    {
        var asked = new List<Uri>();
        using ServiceProvider services = new ServiceCollection().AddTesseraClient(options => (options.Address, options.Key) = (new Uri("http://localhost/shop"), "k"))
            .ConfigurePrimaryHttpMessageHandler(() => new Nothing(asked)).Services.BuildServiceProvider();
        Assert.Null(await services.GetRequiredService<TesseraClient>().FindItemAsync("7"));
        Assert.Equal(["http://localhost/shop/v1/items/7"], asked.Select(uri => uri.AbsoluteUri));
    }

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    public async Task An_id_that_no_address_can_hold_is_not_sent(string id)
    {
        var asked = new List<Uri>();
        using var http = new HttpClient(new Nothing(asked)) { BaseAddress = new Uri("http://localhost/") };
        var refusal = await Assert.ThrowsAsync<ArgumentException>(() => new TesseraClient(http).EraseUserAsync(id));
        Assert.StartsWith($"'{id}' is no id, for no address can hold it; expected one that the server took.", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(asked);
    }

    [Fact]
    public void A_key_prints_without_its_secret()
    {
        var key = new KeyView("id", "till", ["read", "write"], DateTimeOffset.UnixEpoch, null, "secret");
        Assert.Equal("KeyView { Id = id, Name = till, Scopes = read, write }", key.ToString());
    }

    [Fact]
    public async Task A_shop_does_all_with_it()
    {
        using ServiceProvider services = new ServiceCollection().AddTesseraClient(options => (options.Address, options.Key) = (new Uri(server.Host.Address), KeyOf(server.Client))).Services
            .BuildServiceProvider();
        TesseraClient client = services.GetRequiredService<TesseraClient>();

        ItemReceipt put = await client.PutItemAsync("c/1", new ItemBody { Title = "Lamp", Attributes = new Dictionary<string, AttributeValue> { ["price"] = 5, ["tags"] = new[] { "a" } } }, version: 0);
        Assert.Equal(ItemOutcome.Created, put.Outcome);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await Assert.ThrowsAsync<TesseraProblemException>(() => client.PutItemAsync("c/1", new ItemBody(), version: 0))).Status);
        Assert.Equal(ItemOutcome.Changed, (await client.PatchItemAsync("c/1", new JsonObject { ["title"] = "Lamp 2" }, put.Version)).Outcome);
        string longText = new('a', 100_000);
        Assert.Empty((await client.PreviewItemAsync(null, title: "Lamp", text: longText, count: 3)).Modalities);
        IReadOnlyList<string> notes = (await client.PreviewItemAsync(null)).Notes;
        Assert.Equal(3, notes.Count); // of each modality, and of what follows
        Assert.StartsWith("The item has no 'image' features: what made those of the data, an unknown encoder, is not at hand; give", notes[0], StringComparison.Ordinal);
        Assert.StartsWith("Nothing of the item is what the model was trained with", notes[2], StringComparison.Ordinal);
        byte[] picture = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");
        await client.PutItemImageAsync("c/1", new MemoryStream(picture), "image/png");
        await using (Stream image = await client.OpenItemImageAsync("c/1"))
        {
            using var copy = new MemoryStream();
            await image.CopyToAsync(copy);
            Assert.Equal(picture, copy.ToArray());
        }

        ItemView item = (await client.FindItemAsync("c/1"))!;
        Assert.Equal(("Lamp 2", "image/png", 5), (item.Title, item.ImageType, item.Attributes["price"].Number));
        Assert.Null(await client.FindItemAsync("nobody"));
        var listed = new List<string>();
        await foreach (ItemView one in client.ListItemsAsync("lamp")) listed.Add(one.Id);
        Assert.Equal(["c/1"], listed);

        var time = new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
        AppendResult stored = await client.AppendEventsAsync([new UserEvent("c-e1", "c-session", "3", "like", time), new UserEvent("c-e2", "c-session", "3", "", time)]);
        Assert.Equal((1, 1, "c-e2"), (stored.Accepted, stored.Rejected, Assert.Single(stored.Rejections).Id));
        Assert.Contains(await client.ListRejectedEventsAsync(), rejected => rejected.Id == "c-e2");
        await client.MergeUsersAsync("c-session", "c-user");
        Assert.Equal(["c-e1"], (await client.GetUserAsync("c-user")).History.Select(one => one.Id));
        RecommendationResponse list = await client.RecommendAsync(new RecommendationRequest
        {
            User = "c-user",
            Count = 3,
            Explain = true,
            MinPosition = stored.Position,
            Filter = new ItemFilter { None = [new AttributeCondition { Attr = "price", Lt = 2 }] },
        });
        Assert.Equal((3, RecommendedItem.Personal), (list.Items.Count, list.Items[0].Reason));
        Assert.Equal(list.Items.Select(one => one.Id), (await client.RecommendToUserAsync("c-user", 3)).Items.Select(one => one.Id));
        Assert.Equal(list.Items.Select(one => one.Id), (await client.RecommendToUserAsync("c-user", 3, list.Model)).Items.Select(one => one.Id));
        Assert.Null((await client.RecommendAsync(new RecommendationRequest { User = "c-user", Model = "champion" })).Arm);
        Assert.Equal(HttpStatusCode.NotFound, (await Assert.ThrowsAsync<TesseraProblemException>(() => client.RecommendToUserAsync("c-user", model: "none"))).Status);
        Assert.Single(await client.RecommendBatchAsync([new RecommendationRequest { User = "c-user" }]));
        Assert.Equal(2, (await client.FindSimilarAsync("3", 2)).Items.Count);
        Assert.Equal(list.Model, (await client.GetStatusAsync()).Model!.Id);
        await client.EraseUserAsync("c-user");
        Assert.Empty((await client.GetUserAsync("c-user")).History);

        ModelList models = await client.ListModelsAsync();
        await client.MakeChampionAsync(models.Models.Single(model => model.State == "champion").Id);
        Assert.Equal(HttpStatusCode.Conflict, (await Assert.ThrowsAsync<TesseraProblemException>(() => client.MakeChallengerAsync(models.Models[0].Id, 0.1))).Status);
        await Assert.ThrowsAsync<TesseraProblemException>(() => client.EndChallengeAsync());
        JobView job = await client.ImportAsync("items", new MemoryStream(Encoding.UTF8.GetBytes("{\"id\":\"c-2\"}\n")), "c-key");
        Assert.Equal(JobState.Succeeded, job.State);
        Assert.Equal(job.Id, (await client.FindJobAsync(job.Id))!.Id);
        Assert.Contains(await client.ListJobsAsync(), one => one.Id == job.Id);
        using (var export = new StreamReader(await client.ExportAsync("items"))) Assert.Contains("\"c-2\"", await export.ReadToEndAsync(), StringComparison.Ordinal);
        KeyView key = await client.CreateKeyAsync("c", ["read"]);
        Assert.StartsWith("tessera_", key.Secret, StringComparison.Ordinal);
        await client.RevokeKeyAsync(key.Id);
        Assert.NotNull((await client.ListKeysAsync()).Single(one => one.Id == key.Id).Revoked);
        await client.DeleteItemAsync("c/1");
        TesseraProblemException gone = await Assert.ThrowsAsync<TesseraProblemException>(() => client.DeleteItemAsync("c/1"));
        Assert.Equal("There is no item 'c/1'; expected the id of an item that was put and not deleted.", gone.Message);
    }

    [Fact]
    public void A_client_without_an_address_or_a_key_says_so()
    {
        using ServiceProvider services = new ServiceCollection().AddTesseraClient(options => options.Key = "k").Services.BuildServiceProvider();
        Assert.Contains("Address is missing", Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<TesseraClient>()).Message, StringComparison.Ordinal);
    }

    private static string KeyOf(HttpClient client) => client.DefaultRequestHeaders.Authorization!.Parameter!;

    /// <summary>A server that has nothing.</summary>
    private sealed class Nothing(List<Uri> asked) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            asked.Add(request.RequestUri!);
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.NotFound));
        }
    }
}
