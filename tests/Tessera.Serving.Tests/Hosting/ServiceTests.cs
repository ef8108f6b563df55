using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Tessera.Compute.Devices;
using Tessera.Data;
using Tessera.Models.Tests.Live;
using Tessera.Recommendation.Evaluation;
using Tessera.Recommendation.Live;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Runs;
using Tessera.Recommendation.Training;
using Tessera.Serving.Following;

namespace Tessera.Serving.Tests.Hosting;

public sealed class ServiceTests(LiveRuns runs) : IClassFixture<LiveRuns>, IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_a_user_does_changes_the_list_when_the_call_returns()
    {
        await using Service service = await Start();
        RecommendationResponse before = await service.Recommender.RecommendAsync(new RecommendationRequest { User = "somebody", Count = 24 });
        Assert.All(before.Items, item => Assert.Equal(RecommendedItem.Popular, item.Reason));

        AppendResult result = await service.Events.AppendAsync([Service.Like("e1", "somebody", "0"), Service.Like("e2", "somebody", "1", type: "purchase")]);
        Assert.Equal((2, 0, 0), (result.Accepted, result.Duplicates, result.Rejected));
        RecommendationResponse after = await service.Recommender.RecommendAsync(new RecommendationRequest { User = "somebody", Count = 10 });
        Assert.All(after.Items, item => Assert.Equal(RecommendedItem.Personal, item.Reason));
        Assert.All(after.Items, item => Assert.InRange(int.Parse(item.Id, System.Globalization.CultureInfo.InvariantCulture), 2, 11)); // of the same group

        await service.Events.AppendAsync([Service.Like("e3", "another", "5", type: "view")]);
        Assert.Contains("5", await service.ListOf("another")); // a view says nothing
        Assert.Equal(1, (await service.Events.AppendAsync([Service.Like("e1", "somebody", "0")])).Duplicates);
        Assert.Equal(["e1", "e2"], (await service.Events.HistoryAsync("somebody", 10)).Select(one => one.Id).Order());
    }

    [Fact]
    public async Task An_item_with_vectors_is_recommended_filtered_hidden_and_deleted_when_the_call_returns()
    {
        await using Service service = await Start();
        var cheap = new ItemFilter { All = [new AttributeCondition { Attr = "price", Le = 10 }] };
        ItemReceipt put = await service.Catalog.PutAsync(
            new CatalogItem("new") { Title = "A lamp", Attributes = new Dictionary<string, AttributeValue> { ["price"] = 8 } },
            new ItemContent { Vectors = LiveRuns.Like("new", 3).Features.ToDictionary() });
        Assert.Equal((ItemOutcome.Created, 0), (put.Outcome, put.Notes.Count));
        Assert.Equal(["image", "text"], put.Modalities);
        Assert.Contains("new", await service.ListOf("0"));
        Assert.Equal(["new"], await service.ListOf("0", filter: cheap));
        Assert.Contains("new", (await service.Recommender.FindSimilarAsync(new SimilarRequest("3"))).Items.Select(item => item.Id));

        ItemReceipt patched = await service.Catalog.PatchAsync("new", JsonNode.Parse("""{"attributes":{"price":12}}""")!.AsObject(), put.Version);
        Assert.Equal(ItemOutcome.Changed, patched.Outcome);
        Assert.Equal(["image", "text"], patched.Modalities);
        Assert.Empty(await service.ListOf("0", filter: cheap));
        Assert.Equal(ItemOutcome.Conflict, (await service.Catalog.PatchAsync("new", [], put.Version)).Outcome);

        await service.Catalog.PatchAsync("new", new JsonObject { ["hidden"] = true });
        Assert.DoesNotContain("new", await service.ListOf("0"));
        await service.Catalog.PatchAsync("new", new JsonObject { ["hidden"] = false });
        Assert.Contains("new", await service.ListOf("0"));
        CatalogEntry entry = (await service.Catalog.FindAsync("new"))!;
        Assert.Equal(("A lamp", 12.0), (entry.Item.Title, entry.Item.Attributes["price"].Number));

        Assert.Equal(ItemOutcome.Changed, (await service.Catalog.DeleteAsync("new")).Outcome);
        Assert.DoesNotContain("new", await service.ListOf("0"));
        Assert.Null(await service.Catalog.FindAsync("new"));
        Assert.Equal(ItemOutcome.Missing, (await service.Catalog.DeleteAsync("new")).Outcome);
    }

    [Fact]
    public async Task Who_liked_only_items_that_came_after_training_and_are_gone_is_a_stranger_again()
    {
        await using Service service = await Start();
        await service.Catalog.PutAsync(new CatalogItem("new"), new ItemContent { Vectors = LiveRuns.Like("new", 3).Features.ToDictionary() });
        await service.Events.AppendAsync([Service.Like("e1", "somebody", "new")]);
        Assert.Equal(RecommendedItem.Personal, await ReasonAsync());
        await service.Catalog.DeleteAsync("new");
        Assert.Equal(RecommendedItem.Popular, await ReasonAsync());

        async Task<string> ReasonAsync() => (await service.Recommender.RecommendAsync(new RecommendationRequest { User = "somebody", Count = 5 })).Items[0].Reason;
    }

    [Fact]
    public async Task An_item_of_which_nothing_is_known_is_kept_and_not_recommended()
    {
        await using Service service = await Start();
        ItemReceipt put = await service.Catalog.PutAsync(new CatalogItem("bare") { Texts = new Dictionary<string, string> { ["description"] = "words" } });
        Assert.Equal(ItemOutcome.Created, put.Outcome);
        Assert.Contains(put.Notes, note => note.Contains("is in the catalog, but the model does not know what it is like", StringComparison.Ordinal));
        Assert.DoesNotContain("bare", await service.ListOf("0"));
        Assert.Equal("bare", Assert.Single(await service.Catalog.PageAsync(null, 10, "words")).Item.Id);

        ItemReceipt hidden = await service.Catalog.PutAsync(new CatalogItem("3") { Hidden = true }); // which the model learned of
        Assert.DoesNotContain(hidden.Notes, note => note.Contains("does not know", StringComparison.Ordinal));
        Assert.DoesNotContain("3", await service.ListOf("stranger"));
    }

    [Fact]
    public async Task Vectors_and_attributes_that_cannot_be_are_refused_and_nothing_is_stored()
    {
        await using Service service = await Start();
        InvalidInputException length = await Assert.ThrowsAsync<InvalidInputException>(() => service.Catalog.PutAsync(
            new CatalogItem("new"), new ItemContent { Vectors = new Dictionary<string, float[]> { ["image"] = [1, 2] } }));
        Assert.Contains("has 2 features of 'image'; expected 6", length.Message, StringComparison.Ordinal);
        InvalidInputException zeros = await Assert.ThrowsAsync<InvalidInputException>(() => service.Catalog.PutAsync(
            new CatalogItem("new"), new ItemContent { Vectors = new Dictionary<string, float[]> { ["image"] = new float[6] } }));
        Assert.Contains("all zeros", zeros.Message, StringComparison.Ordinal);
        InvalidInputException image = await Assert.ThrowsAsync<InvalidInputException>(() => service.Catalog.PutAsync(
            new CatalogItem("new"), new ItemContent { Image = new byte[] { 1, 2, 3 } }));
        Assert.Contains("expected a file in PNG", image.Message, StringComparison.Ordinal);
        Assert.Null(await service.Catalog.FindAsync("new"));
        await service.Catalog.PutAsync(new CatalogItem("new"));
        InvalidInputException attribute = await Assert.ThrowsAsync<InvalidInputException>(() => service.Catalog.PatchAsync(
            "new", JsonNode.Parse("""{"attributes":{"size":{"width":2}}}""")!.AsObject()));
        Assert.Contains("'size'", attribute.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_position_that_is_not_there_is_waited_for_shortly_and_then_said_so()
    {
        await using Service service = await Start();
        AppendResult result = await service.Events.AppendAsync([Service.Like("e1", "u", "0")]);
        Assert.Empty((await service.Recommender.RecommendAsync(new RecommendationRequest { User = "u", MinPosition = result.Position })).Notes);
        RecommendationResponse early = await service.Recommender.RecommendAsync(new RecommendationRequest { User = "u", MinPosition = result.Position + 5 });
        Assert.Contains($"not up to {result.Position + 5} yet", Assert.Single(early.Notes), StringComparison.Ordinal);
        Assert.NotEmpty(early.Items);
    }

    [Fact]
    public async Task Sessions_are_merged_and_users_are_forgotten()
    {
        await using Service service = await Start();
        await service.Events.AppendAsync([Service.Like("e1", "session", "0"), Service.Like("e2", "session", "1")]);
        await service.Events.MergeAsync("session", "somebody");
        Assert.DoesNotContain("0", await service.ListOf("somebody"));
        Assert.Equal(RecommendedItem.Popular, (await service.Recommender.RecommendAsync(new RecommendationRequest { User = "session" })).Items[0].Reason);

        string[] trained = await service.ListOf("0");
        await service.Events.MergeAsync("0", "guest"); // whom training knows
        Assert.Equal(trained.Order(), (await service.ListOf("guest")).Order());
        Assert.Contains("0", await service.ListOf("0")); // a stranger, who has nothing

        await service.Events.EraseAsync("somebody");
        Assert.Equal(RecommendedItem.Popular, (await service.Recommender.RecommendAsync(new RecommendationRequest { User = "somebody" })).Items[0].Reason);
        Assert.Equal(1, (await service.Events.AppendAsync([Service.Like("e3", "session", "0")])).Rejected);
    }

    [Fact]
    public async Task A_model_that_takes_no_items_keeps_the_catalog_and_says_why()
    {
        await using Service service = await Service.StartAsync(ItemBased("ease"), _folder.In("store.db"));
        ItemReceipt put = await service.Catalog.PutAsync(new CatalogItem("new"), new ItemContent { Vectors = LiveRuns.Like("new", 3).Features.ToDictionary() });
        Assert.Contains(put.Notes, note => note.Contains("takes no new items", StringComparison.Ordinal));
        await service.Events.AppendAsync([Service.Like("e1", "somebody", "0")]);
        Assert.Equal(RecommendedItem.Personal, (await service.Recommender.RecommendAsync(new RecommendationRequest { User = "somebody" })).Items[0].Reason);
    }

    [Fact]
    public async Task A_catalog_that_is_empty_begins_with_the_items_of_the_run()
    {
        string run = runs.Copy("lirdrec");
        using (LiveRecommender live = LiveRecommender.Open(run, LiveRuns.Catalog))
        {
            live.AddItem(LiveRuns.Like("later", 4) with { Title = "A later one" });
            live.HideItem("5");
            live.RemoveItem("6");
            live.Save();
        }

        await using Service service = await Service.StartAsync(run, _folder.In("store.db"));
        IReadOnlyList<CatalogEntry> all = await service.Catalog.PageAsync(null, 100);
        Assert.Equal(Enumerable.Range(0, 24).Select(n => $"{n}").Where(id => id != "6").Append("later").Order(StringComparer.Ordinal), all.Select(entry => entry.Item.Id));
        Assert.Equal("5", Assert.Single(all, entry => entry.Item.Hidden).Item.Id);
        Assert.Equal("A later one", all.Single(entry => entry.Item.Id == "later").Item.Title);
        string[] list = await service.ListOf("12", 50); // of the other group
        Assert.Contains("later", list);
        Assert.DoesNotContain("5", list);
        Assert.DoesNotContain("6", list);
        await service.Catalog.PatchAsync("5", new JsonObject { ["hidden"] = false });
        Assert.Contains("5", await service.ListOf("12"));
    }

    [Fact]
    public async Task The_next_start_goes_on_where_the_last_ended()
    {
        string run = runs.Copy("lirdrec"), database = _folder.In("store.db");
        string[] before;
        await using (Service service = await Service.StartAsync(run, database))
        {
            await service.Catalog.PutAsync(new CatalogItem("new"), new ItemContent { Vectors = LiveRuns.Like("new", 3).Features.ToDictionary() });
            await service.Events.AppendAsync([Service.Like("e1", "somebody", "new"), Service.Like("e2", "somebody", "0")]);
            await service.Catalog.DeleteAsync("7");
            before = await service.ListOf("somebody");
        }

        Assert.Single(Directory.GetDirectories(run, "served-default-*"));
        await using Service again = await Service.StartAsync(run, database);
        Assert.Equal(before, await again.ListOf("somebody"));
        Assert.DoesNotContain("7", before);
        Assert.Single(await (await again.Store).Generations.ListAsync());
    }

    [Fact]
    public async Task Stores_that_share_a_run_keep_what_they_know_apart_and_those_that_nobody_uses_are_dropped_in_time()
    {
        string run = runs.Copy("lirdrec");
        for (int age = 1; age <= 12; age++) Directory.SetLastWriteTimeUtc(Directory.CreateDirectory(Path.Combine(run, $"served-old-{age}")).FullName, DateTime.UtcNow.AddDays(-age));
        foreach (string store in new[] { "one", "two" })
        {
            await using Service service = await Service.StartAsync(run, _folder.In(store));
            await service.Events.AppendAsync([Service.Like("e1", store, "0")]);
        }

        string[] kept = Directory.GetDirectories(run, "served-default-*");
        Assert.Equal(["one", "two"], kept.SelectMany(folder => Snapshot.Read(folder)!.Histories.Keys).Order());
        Assert.Equal(Enumerable.Range(1, 8).Select(age => $"served-old-{age}"), Directory.GetDirectories(run, "served-old-*").Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task What_is_known_is_kept_from_time_to_time()
    {
        string run = runs.Copy("lirdrec");
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using Service service = await Service.StartAsync(run, _folder.In("store.db"), builder => builder.Services.AddSingleton<TimeProvider>(time));
        await service.Events.AppendAsync([Service.Like("e1", "somebody", "0")]);
        Assert.Empty(Directory.GetDirectories(run, "served-*"));
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        for (int seconds = 0; Directory.GetDirectories(run, "served-default-????????").Length == 0; seconds++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            if (seconds >= 600) await Task.Delay(5, patience.Token); // the timer ticks elsewhere
        }

        Assert.Equal(service.Progress.Position, Snapshot.Read(Directory.GetDirectories(run, "served-default-????????").Single())!.Position);
    }

    private string ItemBased(string name)
    {
        string folder = runs.Folder(name);
        ModelDescription model = LiveRuns.Catalog.Find(name);
        using var device = new Device(1);
        new TrainingRun(LiveRuns.Board, model, OptionsBinder.Bind(model.OptionsType, []), new TrainingOptions(), 1, Protocol.Strict).Execute(folder, device);
        return folder;
    }

    private Task<Service> Start() => Service.StartAsync(runs.Copy("lirdrec"), _folder.In("store.db"));
}
