using System.Text.Json;
using Tessera.Serving.Filters;

namespace Tessera.Serving.Tests.Filters;

public sealed class AttributeTableTests
{
    [Fact]
    public void Other_attributes_take_the_place_of_earlier_ones()
    {
        var table = new AttributeTable();
        table.Set(5, new Dictionary<string, AttributeValue> { ["price"] = 3, ["brand"] = "x", ["tags"] = new[] { "a", "b" }, ["own"] = true });
        IReadOnlyDictionary<string, AttributeColumn> before = table.Columns;
        table.Set(5, new Dictionary<string, AttributeValue> { ["price"] = "free" });

        Assert.Equal([5], Those(table, new() { Attr = "price", Eq = "free" }));
        Assert.Empty(Those(table, new() { Attr = "price", Ge = 0 }));
        foreach (string gone in (string[])["brand", "tags", "own"]) Assert.Empty(Those(table, new() { Attr = gone, Exists = true }));
        Assert.All((string[])["price", "brand", "tags", "own"], name => Assert.True(before[name].Has(5)));
    }

    [Fact]
    public void A_name_that_no_item_has_any_more_takes_no_memory()
    {
        var table = new AttributeTable();
        foreach (int item in (int[])[5, 2000]) table.Set(item, new Dictionary<string, AttributeValue> { ["price"] = 3, ["tags"] = new[] { "a" }, ["own"] = false });
        table.Set(5, new Dictionary<string, AttributeValue> { ["price"] = 4 });
        Assert.Equal(["own", "price", "tags"], table.Columns.Keys.Order());
        Assert.Null(table.Columns["tags"].Chunk(0));
        table.Set(2000, new Dictionary<string, AttributeValue>());
        Assert.Equal(["price"], table.Columns.Keys);
        Assert.Equal([5], Those(table, new() { Attr = "price", Eq = 4 }));
    }

    [Fact]
    public async Task Who_reads_while_others_write_sees_whole_states_alone()
    {
        const int Items = 3000, Rounds = 200;
        var table = new AttributeTable();
        Write(0);
        var written = new TaskCompletionSource();
        Task[] readers = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            int seen = 0, last = 0;
            while (!written.Task.IsCompleted || seen == 0)
            {
                IReadOnlyDictionary<string, AttributeColumn> columns = table.Columns;
                int round = Enumerable.Range(last, Rounds + 1).First(n => Found(columns, "round", n) > 0);
                Assert.Equal(Items, Found(columns, "round", round));
                Assert.Equal(Items, Found(columns, "text", $"r{round}"));
                (last, seen) = (round, seen + 1);
            }
        }))];
        for (int round = 1; round <= Rounds; round++) Write(round);
        written.SetResult();
        await Task.WhenAll(readers);

        void Write(int round) => table.Set(Enumerable.Range(0, Items).Select(item =>
            (item, (IReadOnlyDictionary<string, AttributeValue>)new Dictionary<string, AttributeValue> { ["round"] = round, ["text"] = $"r{round}" })));

        static int Found(IReadOnlyDictionary<string, AttributeColumn> columns, string name, AttributeValue value)
        {
            var condition = new Condition(new() { Attr = name, Eq = value }, columns);
            using var found = new ItemSet(Items);
            for (int chunk = 0; chunk * ColumnChunk.Items < Items; chunk++) condition.Find(chunk, found.Chunk(chunk));
            return found.Count();
        }
    }

    [Fact]
    public void Values_travel_as_json()
    {
        const string Json = """{"a":"x","b":4.5,"c":true,"d":["x","y"],"e":[]}""";
        Dictionary<string, AttributeValue> read = JsonSerializer.Deserialize<Dictionary<string, AttributeValue>>(Json)!;
        Assert.Equal(("x", 4.5, true), (read["a"].Text, read["b"].Number, read["c"].Flag));
        Assert.Equal(["x", "y"], read["d"].Texts!);
        Assert.Equal(Json, JsonSerializer.Serialize(read));
        foreach (string bad in (string[])["{}", "[1]", "[[]]", "1e999", "null"]) Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<AttributeValue>(bad));
    }

    private static IEnumerable<int> Those(AttributeTable table, AttributeCondition condition)
    {
        using var left = new ItemSet(2000);
        left.Fill();
        new Rules(new ItemFilter { All = [condition] }, [], table).Filter(left);
        return [.. Enumerable.Range(0, 2000).Where(left.Contains)];
    }
}
