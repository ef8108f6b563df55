using System.Text.Json.Nodes;
using Tessera.Data;
using Tessera.Serving.Stores;

namespace Tessera.Serving.Tests.Stores;

public abstract partial class StoreContract
{
    private static ItemDraft Shoes(string id = "i1") => new(id)
    {
        Title = "Red shoes",
        Attributes = new JsonObject { ["price"] = 49.5, ["brand"] = "Ümlaut", ["sizes"] = new JsonArray(38, 39), ["size"] = new JsonObject { ["eu"] = 38 } },
        Texts = new Dictionary<string, string> { ["description"] = "Of leather, ÉLÉGANT", ["note"] = "50% off" },
        Image = "https://shop.example/i1.jpg",
        Hidden = true,
    };

    [Fact]
    public async Task An_item_is_found_as_it_was_put()
    {
        ItemChange put = await Store.Items.PutAsync(Shoes());
        StoredItem? found = await Store.Items.FindAsync("i1");

        Assert.NotNull(found);
        Assert.Equal(ItemOutcome.Created, put.Outcome);
        Assert.Equal((put.Version, Clock.Now, null, null), (found.Version, found.Added, found.ImageType, found.ImageHash));
        Assert.Equal(("i1", "Red shoes", "https://shop.example/i1.jpg", true), (found.Content.Id, found.Content.Title, found.Content.Image, found.Content.Hidden));
        Assert.Equal("""{"price":49.5,"brand":"Ümlaut","sizes":[38,39],"size":{"eu":38}}""", StoredJson.Write(found.Content.Attributes));
        Assert.Equal(Shoes().Texts, found.Content.Texts);
        Assert.Null(await Store.Items.FindAsync("i2"));
    }

    [Fact]
    public async Task A_put_replaces_all_but_the_time_of_the_first()
    {
        DateTimeOffset added = Clock.Now;
        ItemChange first = await Store.Items.PutAsync(Shoes());
        Clock.Now += TimeSpan.FromDays(1);
        ItemChange second = await Store.Items.PutAsync(new ItemDraft("i1"));

        StoredItem? found = await Store.Items.FindAsync("i1");
        Assert.Equal(ItemOutcome.Changed, second.Outcome);
        Assert.True(second.Version > first.Version);
        Assert.Equal((second.Version, added), (found!.Version, found.Added));
        Assert.Equal((null, null, false), (found.Content.Title, found.Content.Image, found.Content.Hidden));
        Assert.Empty(found.Content.Attributes);
        Assert.Empty(found.Content.Texts);
    }

    [Fact]
    public async Task A_change_of_another_version_than_expected_changes_nothing()
    {
        long version = (await Store.Items.PutAsync(Shoes(), expected: 0)).Version;
        Assert.Equal(new ItemChange(ItemOutcome.Conflict, version, 0), await Store.Items.PutAsync(new ItemDraft("i1"), expected: 0));
        Assert.Equal(new ItemChange(ItemOutcome.Conflict, version, 0), await Store.Items.PatchAsync("i1", new JsonObject { ["title"] = "x" }, version - 1));
        Assert.Equal(new ItemChange(ItemOutcome.Conflict, version, 0), await Store.Items.DeleteAsync("i1", version + 1));
        Assert.Equal(new ItemChange(ItemOutcome.Conflict, version, 0), await Store.Items.SetImageAsync("i1", new ItemImage([1], "image/png"), version + 1));
        Assert.Equal(new ItemChange(ItemOutcome.Conflict, 0, 0), await Store.Items.PutAsync(new ItemDraft("i2"), expected: version));
        Assert.Equal("Red shoes", (await Store.Items.FindAsync("i1"))!.Content.Title);
        Assert.Null(await Store.Items.ImageAsync("i1"));

        Assert.Equal(ItemOutcome.Changed, (await Store.Items.PatchAsync("i1", new JsonObject { ["title"] = "x" }, version)).Outcome);
        Assert.Equal("x", (await Store.Items.FindAsync("i1"))!.Content.Title);
    }

    [Fact]
    public async Task The_version_of_an_item_that_was_deleted_never_comes_back()
    {
        long first = (await Store.Items.PutAsync(new ItemDraft("i1"))).Version;
        Assert.Equal(ItemOutcome.Changed, (await Store.Items.DeleteAsync("i1", first)).Outcome);
        long second = (await Store.Items.PutAsync(new ItemDraft("i1"), expected: 0)).Version;
        Assert.NotEqual(first, second);
    }

    [Fact]
    public async Task A_merge_patch_changes_what_it_names_and_removes_what_is_null()
    {
        await Store.Items.PutAsync(Shoes());
        JsonObject patch = JsonNode.Parse("""
            {"hidden": false, "image": null, "attributes": {"price": 39, "brand": null, "size": {"us": 7}, "new": {"a": null, "b": 1}}, "texts": {"note": null}}
            """)!.AsObject();
        Assert.Equal(ItemOutcome.Changed, (await Store.Items.PatchAsync("i1", patch)).Outcome);

        ItemDraft item = (await Store.Items.FindAsync("i1"))!.Content;
        Assert.Equal("""{"price":39,"sizes":[38,39],"size":{"eu":38,"us":7},"new":{"b":1}}""", StoredJson.Write(item.Attributes));
        Assert.Equal(("Red shoes", null, false, "description"), (item.Title, item.Image, item.Hidden, Assert.Single(item.Texts).Key));
    }

    [Theory]
    [InlineData("""{"price": 1}""")]
    [InlineData("""{"id": "other"}""")]
    [InlineData("""{"title": 1}""")]
    [InlineData("""{"attributes": [1]}""")]
    [InlineData("""{"texts": {"note": 1}}""")]
    [InlineData("""{"hidden": "yes"}""")]
    public async Task A_patch_that_makes_no_item_is_refused(string patch)
    {
        await Store.Items.PutAsync(Shoes());
        InvalidInputException refused = await Assert.ThrowsAsync<InvalidInputException>(
            () => Store.Items.PatchAsync("i1", JsonNode.Parse(patch)!.AsObject()));
        Assert.Contains("expected an object with any of title, attributes, texts, image and hidden", refused.Message, StringComparison.Ordinal);
        Assert.Equal("Red shoes", (await Store.Items.FindAsync("i1"))!.Content.Title);
    }

    [Fact]
    public async Task What_is_not_there_cannot_be_changed()
    {
        var missing = new ItemChange(ItemOutcome.Missing, 0, 0);
        Assert.Equal(missing, await Store.Items.PatchAsync("i1", []));
        Assert.Equal(missing, await Store.Items.DeleteAsync("i1"));
        Assert.Equal(missing, await Store.Items.SetImageAsync("i1", new ItemImage([1], "image/png")));
        Assert.Equal([missing], await Store.Items.SetVectorsAsync([new VectorChange("i1", null, new Dictionary<string, ItemVector?>())]));
    }

    [Fact]
    public async Task An_image_stays_until_its_address_differs_or_the_item_goes()
    {
        byte[] bytes = [0, 1, 255, 0];
        await Store.Items.PutAsync(Shoes());
        ItemChange set = await Store.Items.SetImageAsync("i1", new ItemImage(bytes, "image/png"));
        await Store.Items.PutAsync(Shoes() with { Title = "Blue shoes" });

        StoredItem found = (await Store.Items.FindAsync("i1"))!;
        Assert.True(found.Version > set.Version);
        Assert.Equal(("image/png", Sha256(bytes)), (found.ImageType, found.ImageHash));
        Assert.Equal(bytes, (await Store.Items.ImageAsync("i1"))!.Bytes);

        await Store.Items.PutAsync(Shoes() with { Image = "https://shop.example/other.jpg" });
        Assert.Null(await Store.Items.ImageAsync("i1"));
        await Store.Items.SetImageAsync("i1", new ItemImage(bytes, "image/png"));
        await Store.Items.DeleteAsync("i1");
        await Store.Items.PutAsync(Shoes() with { Image = "https://shop.example/other.jpg" });
        Assert.Null(await Store.Items.ImageAsync("i1"));
    }

    [Fact]
    public async Task Vectors_are_kept_by_modality_and_only_of_the_version_they_were_made_of()
    {
        long version = (await Store.Items.PutAsync(Shoes())).Version;
        await Store.Items.PutAsync(Shoes("i2"));
        float[] text = [1.5f, -0f, float.Epsilon, 3e38f], image = [2];
        IReadOnlyList<ItemChange> set = await Store.Items.SetVectorsAsync(
        [
            new VectorChange("i1", version, new Dictionary<string, ItemVector?> { ["text"] = new(text, "made of"), ["image"] = new(image, null) }),
            new VectorChange("i2", version, new Dictionary<string, ItemVector?> { ["text"] = new(text, null) }),
            new VectorChange("i3", null, new Dictionary<string, ItemVector?> { ["text"] = new(text, null) }),
        ]);

        Assert.Equal([ItemOutcome.Changed, ItemOutcome.Conflict, ItemOutcome.Missing], set.Select(one => one.Outcome));
        Assert.Equal(version, set[0].Version);
        Assert.Equal(version, (await Store.Items.FindAsync("i1"))!.Version);
        Assert.True(set[0].Position > version);
        var vectors = await Store.Items.VectorsAsync(["i1", "i2", "i3"]);
        Assert.Equal(["i1"], vectors.Keys);
        Assert.Equal(text, vectors["i1"]["text"].Values);
        Assert.Equal("made of", vectors["i1"]["text"].Source);
        Assert.Equal(image, vectors["i1"]["image"].Values);

        await Store.Items.PutAsync(Shoes());
        await Store.Items.SetVectorsAsync([new VectorChange("i1", null, new Dictionary<string, ItemVector?> { ["image"] = null, ["text"] = new([7], null) })]);
        vectors = await Store.Items.VectorsAsync(["i1"]);
        Assert.Equal([7f], Assert.Single(vectors["i1"]).Value.Values);
        await Store.Items.DeleteAsync("i1");
        Assert.Empty(await Store.Items.VectorsAsync(["i1"]));
    }

    [Fact]
    public async Task Pages_go_in_the_order_of_ids_byte_by_byte()
    {
        string[] ids = ["B", "a", "b", "a b", "a-b", "Z", "ä", "日", "_", "10", "9"];
        await Store.Items.PutAsync([.. ids.Select(id => new ItemDraft(id))]);
        string[] expected = [.. ids.Order(StringComparer.Ordinal)];
        var read = new List<string>();
        for (string? after = null; ;)
        {
            IReadOnlyList<StoredItem> page = await Store.Items.PageAsync(after, 4);
            if (page.Count == 0) break;
            read.AddRange(page.Select(item => item.Content.Id));
            after = read[^1];
        }

        Assert.Equal(expected, read);
        Assert.Equal(expected, (await Store.Items.FindAsync(ids)).Select(item => item.Content.Id));
    }

    [Theory]
    [InlineData("red", "i1")]
    [InlineData("SHOES élégant", "i1")]
    [InlineData("shoes red", "i1")]
    [InlineData("50%", "i1")]
    [InlineData("5_%", "")]
    [InlineData("i2", "i2")]
    [InlineData("hat, green", "")]
    [InlineData("green hat", "i2")]
    [InlineData("  ", "i1 i2 i3")]
    [InlineData(@"back\slash", "i3")]
    [InlineData("'; DROP TABLE items; --", "")]
    public async Task A_query_finds_items_with_all_of_its_words(string query, string expected)
    {
        await Store.Items.PutAsync([Shoes(), new ItemDraft("i2") { Title = "Hat\nin green" }, new ItemDraft("i3") { Title = @"Back\slash" }]);
        Assert.Equal(expected, string.Join(' ', (await Store.Items.PageAsync(null, 10, query)).Select(item => item.Content.Id)));
    }

    [Fact]
    public async Task The_log_has_the_last_change_of_each_item_and_each_deletion()
    {
        await Store.Items.PutAsync([Shoes("a"), Shoes("b"), Shoes("c")]);
        await Store.Items.PatchAsync("a", new JsonObject { ["hidden"] = false });
        await Store.Items.SetImageAsync("c", new ItemImage([1], "image/png"));
        await Store.Items.DeleteAsync("b");
        ItemChange last = (await Store.Items.SetVectorsAsync([new VectorChange("a", null, new Dictionary<string, ItemVector?> { ["text"] = new([1], null) })]))[0];

        List<LogEntry> log = await LogAsync(last.Position);
        Assert.Equal(3, log.Count);
        Assert.Equal("c", Assert.IsType<LogEntry.ItemChanged>(log[0]).Item);
        Assert.Equal("b", Assert.IsType<LogEntry.ItemDeleted>(log[1]).Item);
        Assert.Equal(new LogEntry.ItemChanged(last.Position, "a"), log[2]);
    }

    [Fact]
    public async Task Items_that_cannot_be_stored_are_refused_with_all_of_their_batch()
    {
        await Refused("has 1,001 characters", new ItemDraft(new string('x', 1001)));
        await Refused("has 2,400 bytes in UTF-8", new ItemDraft(new string('日', 800)));
        await Refused("holds the character U+0000", new ItemDraft("a\0b"));
        await Refused("half of a surrogate pair", new ItemDraft("a\ud800"));
        await Refused("is '.', which no address can hold, so choose another; expected", new ItemDraft("."));
        await Refused("twice", new ItemDraft("i1"), new ItemDraft("i1"));
        await Refused("1,002 items", [.. Enumerable.Range(0, 1001).Select(number => new ItemDraft($"i{number}"))]);
        Assert.Empty(await Store.Items.PageAsync(null, 10));

        async Task Refused(string part, params ItemDraft[] items)
        {
            InvalidInputException refused = await Assert.ThrowsAsync<InvalidInputException>(() => Store.Items.PutAsync([new ItemDraft("good"), .. items]));
            Assert.Contains(part, refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Text_that_no_database_takes_as_it_is_does_no_harm()
    {
        var item = new ItemDraft("i1")
        {
            Title = "a\0b\ud800c",
            Image = "x\0",
            Attributes = new JsonObject { ["n\0"] = "v\0" },
            Texts = new Dictionary<string, string> { ["t"] = "\0\udfff'\"" },
        };
        await Store.Items.PutAsync(item);
        ItemDraft found = (await Store.Items.FindAsync("i1"))!.Content;
        Assert.Equal(("a b\ufffdc", "x ", "\0\ufffd'\""), (found.Title, found.Image, found.Texts["t"]));
        Assert.Equal("v\0", (string?)found.Attributes["n\0"]);
    }

    private static string Sha256(byte[] bytes) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
}
