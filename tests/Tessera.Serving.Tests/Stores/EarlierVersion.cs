using Tessera.Serving.Stores;

namespace Tessera.Serving.Tests.Stores;

/// <summary>Stores as earlier versions made them, with the same content in both databases.</summary>
internal static class EarlierVersion
{
    /// <summary>The SQL that makes one.</summary>
    /// <param name="name">Such as <c>sqlite-1</c>.</param>
    public static string Read(string name)
    {
        using var reader = new StreamReader(typeof(EarlierVersion).Assembly.GetManifestResourceStream($"{name}.sql")!);
        return reader.ReadToEnd();
    }

    /// <summary>The content is all there, and more can be added.</summary>
    public static async Task HoldsAsync(Database database)
    {
        Store store = await database.OpenAsync("shop");
        StoredItem item = (await store.Items.FindAsync("i1"))!;
        Assert.Equal(("Red shoes", 49.5, "of leather"), (item.Content.Title, (double)item.Content.Attributes["price"]!, item.Content.Texts["description"]));
        Assert.Equal([1, 2, 3], (await store.Items.ImageAsync("i1"))!.Bytes);
        float[] expected = [0.5f, -1f];
        Assert.Equal(expected, (await store.Items.VectorsAsync(["i1"]))["i1"]["text"].Values);
        Assert.Equal(["e2", "e1"], (await store.Events.HistoryAsync("u1", 10)).Select(one => one.Id));
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 0, 0, 1, TimeSpan.Zero), (await store.Events.HistoryAsync("u1", 1))[0].Time);
        Assert.Equal(["bad"], (await store.Events.RejectedAsync(10)).Select(one => one.Id));
        Assert.Equal(["u9"], await store.Users.ErasedAsync(["u1", "u9"]));
        Assert.Equal("g1", (await store.Recommendations.FindAsync("r1"))!.Model);
        Assert.Equal(GenerationState.Champion, Assert.Single(await store.Generations.ListAsync()).State);
        Assert.Equal(JobState.Succeeded, Assert.Single(await store.Jobs.ListAsync(10)).State);
        Assert.Equal("till", Assert.Single(await database.Keys.ListAsync(store)).Name);

        var known = new UserEvent("e1", "u1", "i1", "click", DateTimeOffset.UnixEpoch);
        AppendResult added = await store.Events.AppendAsync([known, known with { Id = "e3" }]);
        Assert.Equal((1, 1), (added.Accepted, added.Duplicates));
        var kinds = new List<string>();
        await foreach (IReadOnlyList<LogEntry> page in store.Log.FollowAsync(0))
        {
            kinds.AddRange(page.Select(entry => entry.GetType().Name));
            if (page[^1].Position >= added.Position) break;
        }

        Assert.Equal(["EventAdded", "EventAdded", "ItemChanged", "UsersMerged", "UserErased", "ModelsChanged", "EventAdded"], kinds);
    }
}
