using System.Text.Json.Nodes;
using Tessera.Data;
using Tessera.Encoders.Endpoints;
using Tessera.Models.Tests.Live;
using Tessera.Serving.Generations;
using Tessera.Serving.Stores;
using Tessera.Serving.Stores.Sqlite;

namespace Tessera.Serving.Tests.Following;

public sealed class CatalogFillingTests(LiveRuns runs) : IClassFixture<LiveRuns>, IDisposable
{
    private const string Long = "A chair of oak, as good in the garden as at a table";
    private readonly TemporaryDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Titles_texts_attributes_and_pictures_come_from_the_table_in_the_run()
    {
        string run = runs.Copy("lirdrec");
        WriteTable(Path.Combine(run, "dataset"));
        await using Service service = await Service.StartAsync(run, _folder.In("store.db"));
        CatalogEntry chair = (await service.Catalog.FindAsync("1"))!;
        Assert.Equal(("Oak chair", "image/png", 0), (chair.Item.Title, chair.ImageType, chair.Modalities.Count));
        Assert.Equal(new Dictionary<string, string> { ["description"] = Long }, chair.Item.Texts);
        Assert.Equal(new Dictionary<string, AttributeValue> { ["brand"] = "Elm", ["price"] = 24.5, ["grade"] = "NaN" }, chair.Item.Attributes);
        Assert.Equal(SamplePng.Create(7), (await service.Catalog.FindImageAsync("1"))!.Value.Bytes.ToArray());
        CatalogEntry lamp = (await service.Catalog.FindAsync("2"))!, other = (await service.Catalog.FindAsync("3"))!;
        Assert.Equal(("Lamp", null, "https://shop.example/lamp.png"), (lamp.Item.Title, lamp.ImageType, lamp.Item.ImageAddress));
        Assert.Equal((null, null), (other.ImageType, other.Item.Title)); // its picture is not there
        Assert.Null(await service.Catalog.FindAsync("stranger"));
        Assert.Equal(24, (await service.Catalog.PageAsync(null, 100)).Count);
        Assert.Equal(["1"], await service.ListOf("20", filter: new ItemFilter { All = [new AttributeCondition { Attr = "price", Le = 30 }] }));
    }

    [Fact]
    public async Task What_is_as_in_training_keeps_what_was_learned_whatever_rules_ask_for_changes()
    {
        string run = runs.Copy("lirdrec"), table = _folder.In("table");
        WriteTable(table);
        await using Service service = await Service.StartAsync(run, _folder.In("store.db"), services: null, ("Tessera:Data", table));
        await AssertKeepsAsync(service);
        Assert.Equal(4, (await service.Catalog.FindAsync("1"))!.Item.Attributes["price"].Number);
    }

    [Fact]
    public async Task A_filling_that_was_cut_off_goes_on_and_keeps_what_was_learned_too()
    {
        string run = runs.Copy("lirdrec"), database = _folder.In("store.db");
        await using (SqliteDatabase opened = await SqliteDatabase.OpenAsync(database, TimeProvider.System))
        {
            Store store = await new StoreSource(() => Task.FromResult<Database>(opened), "default").OpenAsync();
            await store.Items.AddAsync([(new ItemDraft("1"), null), (new ItemDraft("2"), null)]);
        }

        await using (Service service = await Service.StartAsync(run, database)) await AssertKeepsAsync(service);
        await using Service again = await Service.StartAsync(run, database);
        await AssertKeepsAsync(again);
    }

    [Fact]
    public async Task A_later_run_keeps_what_it_learned_of_items_that_an_earlier_one_put()
    {
        string database = _folder.In("store.db"), later = runs.Copy("lirdrec");
        await using (Service service = await Service.StartAsync(runs.Copy("lirdrec"), database)) await AssertKeepsAsync(service);
        await using Service next = await Service.StartAsync(later, database);
        Assert.Equal(Path.GetFileName(later), next.Served.Current!.Champion.Name);
        await AssertKeepsAsync(next);
    }

    [Fact]
    public async Task An_item_of_the_run_whose_id_no_address_can_hold_is_left_out_of_the_catalog_and_recommended()
    {
        string run = _folder.In("run");
        MadeUpRun.Write(run, users: 20, items: 30, dimensions: 8, firstItem: "..");
        await using Service service = await Service.StartAsync(run, _folder.In("store.db"));
        Assert.Equal(29, (await service.Catalog.PageAsync(null, 100)).Count);
        Assert.Contains("..", await service.ListOf("stranger"));
        Assert.StartsWith(
            "The id of the item is '..', which no address can hold, so choose another; expected 1 to 1,000 characters",
            (await Assert.ThrowsAsync<InvalidInputException>(() => service.Catalog.PutAsync(new CatalogItem("..")))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_there_stays_and_the_rest_is_filled_in()
    {
        string run = runs.Copy("lirdrec"), table = _folder.In("table"), database = _folder.In("store.db");
        WriteTable(table);
        await using (SqliteDatabase opened = await SqliteDatabase.OpenAsync(database, TimeProvider.System))
        {
            Store store = await new StoreSource(() => Task.FromResult<Database>(opened), "default").OpenAsync();
            await store.Items.PutAsync(new ItemDraft("1") { Title = "Mine" });
        }

        await using Service service = await Service.StartAsync(run, database, services: null, ("Tessera:Data", table));
        Assert.Equal("Mine", (await service.Catalog.FindAsync("1"))!.Item.Title);
        Assert.Equal("Lamp", (await service.Catalog.FindAsync("2"))!.Item.Title);
        Assert.Equal(24, (await service.Catalog.PageAsync(null, 100)).Count);
    }

    [Theory]
    [InlineData(null, null, "There is no folder '")]
    [InlineData("notes.txt", "", "holds neither items.jsonl nor interactions (*.inter); expected the folder of the data set")]
    [InlineData("items.jsonl", """{"item":"x"}""", "names no item of the run: it holds 'x', the run '0'")]
    public async Task A_folder_that_is_not_that_of_the_runs_data_is_refused(string? file, string? line, string sentence)
    {
        string table = _folder.In("table");
        if (file is not null) File.WriteAllText(Path.Combine(Directory.CreateDirectory(table).FullName, file), line + "\n");
        var refusal = await Assert.ThrowsAsync<InvalidInputException>(
            () => Service.StartAsync(runs.Copy("lirdrec"), _folder.In("store.db"), services: null, ("Tessera:Data", table)));
        Assert.Contains(sentence, refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>Changes what rules ask for, and again, and looks whether the model knows the item as before.</summary>
    private static async Task AssertKeepsAsync(Service service)
    {
        float[] before = VectorOf("1");
        foreach (int price in new[] { 3, 4 })
        {
            ItemReceipt receipt = await service.Catalog.PatchAsync("1", new JsonObject { ["attributes"] = new JsonObject { ["price"] = price } });
            Assert.Equal((ItemOutcome.Changed, 0), (receipt.Outcome, receipt.Modalities.Count));
            Assert.Empty(receipt.Notes);
            Assert.Equal(before, VectorOf("1"));
        }

        float[] VectorOf(string id)
        {
            using GenerationLease lease = service.Served.Lease(null);
            return lease.Generation.Live.Current.ItemVectors.Row(lease.Generation.Live.Current.FindItem(id)).ToArray();
        }
    }

    private static void WriteTable(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "chair.png"), SamplePng.Create(7));
        File.WriteAllLines(
            Path.Combine(folder, "items.jsonl"),
            [
                $$"""{"item":"1","title":"Oak chair","description":"{{Long}}","brand":"Elm","price":"24.50","grade":"NaN","image":"chair.png"}""",
                """{"item":"2","name":"Lamp","image":"https://shop.example/lamp.png"}""",
                """{"item":"3","image":"gone.png"}""",
                """{"item":"stranger","title":"Nobody's"}""",
            ]);
    }
}
