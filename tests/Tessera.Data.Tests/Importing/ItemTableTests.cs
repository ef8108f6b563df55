using Tessera.Data.EventLogs;
using Tessera.Data.Importing;

namespace Tessera.Data.Tests.Importing;

public sealed class ItemTableTests : IDisposable
{
    private readonly ImportWorkplace _work = new();
    private readonly string _events;

    public ItemTableTests() => _events = _work.Directory.Write("events.csv", "user,item,rating,time\na,1,1,1000000001\na,2,1,1000000002\nb,3,1,1000000003\n");

    public void Dispose() => _work.Dispose();

    [Theory]
    [InlineData("item,title,plot,image\n3,C,,c.jpg\n1,\"A\nsecond line\",p,\n9,Z,,\n")]
    [InlineData("title;movie_id;plot;image_path\nC;3;;c.jpg\n\"A\nsecond line\";1;p;\nZ;9;;\n")]
    [InlineData("{\"item\":3,\"title\":\"C\",\"image\":\"c.jpg\"}\r\n\n{\"item\":\"1\",\"title\":\"A\\nsecond line\",\"plot\":\"p\",\"image\":null}\n{\"item\":9,\"title\":\"Z\"}")]
    [InlineData("\uFEFF \n{\"asin\":\"3\",\"title\":[\"C\"],\"imUrl\":[\"c.jpg\",\"d.jpg\"]}\n{\"title\":\"A\\nsecond line\",\"asin\":\"1\",\"plot\":[[\"p\"],[]]}\n{\"asin\":\"9\"}\n")]
    public void Tables_are_delimited_or_json_lines(string table)
    {
        _work.Directory.Write("t/c.jpg", "");
        var (result, _, items) = _work.Import("csv", _events, _work.Directory.Write("t/items.txt", table));
        Assert.Equal(["1", "2", "3", "9"], items.Select(item => item.Id));
        Assert.Equal([("title", "A\nsecond line"), ("plot", "p")], items[0].Texts.Select(text => (text.Key, text.Value)));
        Assert.Empty(items[1].Texts);
        Assert.Equal([("title", "C")], items[2].Texts.Select(text => (text.Key, text.Value)));
        Assert.Equal([null, null, _work.Directory.In("t/c.jpg"), null], items.Select(item => item.Image));
        Assert.Equal((3, 4, 1), (result.DescribedItems, result.Items, result.ItemsWithoutEvents));
        Assert.Equal(["Kept 1 item of items.txt without events, to be recommended by texts and images alone.", "No record in items.txt for 1 item of the events."], result.Notices);
    }

    [Fact]
    public void Items_without_events_are_numbered_after_the_others_and_counted()
    {
        string table = _work.Directory.Write("items.csv", "item,title\n9,Nine\n3,Three\n8,Eight\n");
        var (result, events, items) = _work.Import("csv", _events, table);
        EventLog log = EventLog.Open(_work.Out);
        Assert.Equal(["1", "2", "3", "9", "8"], log.ItemIds);
        Assert.Equal((5, 2, 3L), (log.Items, log.ItemsWithoutEvents, log.Events));
        Assert.Equal([null, null, "Three", "Nine", "Eight"], items.Select(item => item.Texts.GetValueOrDefault("title")));
        Assert.DoesNotContain(events, e => e.Item is "8" or "9");
        Assert.Equal((5, 2, 3), (result.Items, result.ItemsWithoutEvents, result.DescribedItems));
        Assert.Equal(2, (int)log.Steps[0]["itemsWithoutEvents"]!);
    }

    [Fact]
    public void Reading_a_table_reports_and_can_be_stopped()
    {
        string rows = string.Concat(Enumerable.Range(0, 3000).Select(row => $"x{row},t\n")), lines = string.Concat(Enumerable.Range(0, 3000).Select(row => $"{{\"item\":\"x{row}\"}}\n"));
        foreach (string table in new[] { _work.Directory.Write("t.csv", "item,title\n" + rows), _work.Directory.Write("t.jsonl", lines) })
        {
            using var stop = new CancellationTokenSource();
            var shares = new List<double>();
            var sink = new ItemSink(
                table, _ => -1, _ => ItemAddition.LeftOut, new ItemJoin(table, ["a"], _ => -1, []), new ItemPictures(table, null),
                share =>
                {
                    shares.Add(share);
                    if (shares.Count == 2) stop.Cancel();
                },
                stop.Token);
            Assert.Throws<OperationCanceledException>(() => CsvFormat.ReadTable(new ImportOptions("csv", "", ""), sink));
            Assert.Equal(2, shares.Count);
            Assert.InRange(shares[1], shares[0], 1);
        }
    }

    [Fact]
    public void Addresses_and_absolute_paths_of_pictures_stay()
    {
        string two = _work.Directory.Write("elsewhere/2.jpg", ""), three = _work.Directory.Write("3.jpg", "");
        string table = _work.Directory.Write("t/items.csv", $"id,photo,image\n1,https://example.org/1.jpg,x\n2,{two},y\n3,../3.jpg,z\n");
        Assert.Contains("a text called 'image'", _work.Refusal("csv", _events, table, o => o with { ImageColumn = "photo" }), StringComparison.Ordinal);
        table = _work.Directory.Write("t/items.csv", $"id,photo\n1,https://example.org/1.jpg\n2,{two}\n3,../3.jpg\n");
        ItemRecord[] items = _work.Import("csv", _events, table, o => o with { ImageColumn = "photo" }).Items;
        Assert.Equal(["https://example.org/1.jpg", two, three], items.Select(item => item.Image));
    }

    [Fact]
    public void A_text_of_a_megabyte_is_kept()
    {
        string text = string.Concat(Enumerable.Range(0, 100_000).Select(i => $"wörd {i},\""));
        Assert.True(text.Length > 1_000_000);
        string table = _work.Directory.Write("items.csv", $"item,title\n1,\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"\n");
        Assert.Equal(text, _work.Import("csv", _events, table).Items[0].Texts["title"]);
        Directory.Delete(_work.Out, recursive: true);
        table = _work.Directory.Write("items.jsonl", $"{{\"item\":\"1\",\"title\":{System.Text.Json.JsonSerializer.Serialize(text)}}}\n");
        Assert.Equal(text, _work.Import("csv", _events, table).Items[0].Texts["title"]);
    }

    [Fact]
    public void The_same_record_twice_is_merged_and_another_refused()
    {
        string table = _work.Directory.Write("items.csv", "item,title\n1,A\n2,\"B\n\"\n1,A\n9,X\n9,X\n");
        Assert.Contains("Merged 2 records of items.csv that repeated another.", _work.Import("csv", _events, table).Result.Notices);
        Directory.Delete(_work.Out, recursive: true);
        table = _work.Directory.Write("items.csv", "item,title\n1,A\n2,\"B\n\"\n1,B\n");
        Assert.Equal(
            $"Lines 2 and 5 of '{table}' describe the item '1' differently; expected one record per item, so remove one.",
            _work.Refusal("csv", _events, table));
        table = _work.Directory.Write("items.csv", "item,title\n9,X\n1,A\n9,Y\n");
        Assert.Contains($"Lines 2 and 4 of '{table}' describe the item '9' differently", _work.Refusal("csv", _events, table), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("title,plot\na,b\n", "Line 1 of '{0}' names no item column; found 'title', 'plot', so say with --item-id-column")]
    [InlineData("item,title\n1\n", "Line 2 of '{0}' has 1 field")]
    [InlineData("item,title,title\n1,a,b\n", "Line 1 of '{0}' names two columns 'title'")]
    [InlineData("item,title\n,a\n", "Line 2 of '{0}' has the item id '', which is empty")]
    [InlineData("{\"item\":1}\n[1]\n", "Line 2 of '{0}' is not a record (it is not an object); expected one JSON object per line")]
    [InlineData("{\"item\":1}\n{\"item\":2,}\n", "Line 2 of '{0}' is not a record (")]
    [InlineData("{\"item\":1}\n{\"id\":2}\n", "Line 2 of '{0}' is not a record (it has no text or number 'item')")]
    [InlineData("{\"item\":1,\"item\":2}\n", "Line 1 of '{0}' is not a record (")]
    [InlineData("{\"item\":[1]}\n", "it has no text or number 'item'")]
    [InlineData("{\"item\":\"\\ud800\"}\n", "Line 1 of '{0}' is not a record (")]
    [InlineData("{\"title\":\"x\"}\n", "Line 1 of '{0}' names no item column; found 'title'")]
    public void Bad_tables_are_refused_with_place_and_remedy(string table, string sentence)
    {
        string path = _work.Directory.Write("items.txt", table);
        Assert.Contains(string.Format(null, sentence, path), _work.Refusal("csv", _events, path), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_that_is_not_utf8_is_refused_by_line()
    {
        string path = _work.Directory.Write("items.csv", [.. "item,title\n1,a\n2,\""u8, 10, 0xFF, .. "\"\n"u8]);
        Assert.StartsWith($"Line 3 of '{path}' is not valid UTF-8", _work.Refusal("csv", _events, path), StringComparison.Ordinal);
        path = _work.Directory.Write("items.jsonl", [.. "{\"item\":\"1\"}\n{\"item\":\""u8, 0xFF, .. "\"}\n"u8]);
        Assert.StartsWith($"Line 2 of '{path}' is not valid UTF-8", _work.Refusal("csv", _events, path), StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_and_lists_are_texts_and_what_is_none_is_counted()
    {
        string table = _work.Directory.Write(
            "items.jsonl",
            """
            {"item":1080,"title":"A","price":3.50,"tags":[1,"x",null,["y"]],"more":{"a":1},"new":true}
            {"item":2,"title":null,"price":NaN,"tags":[],"more":null,"new":false,"plot":"NaN \"Infinity\" NaN"}
            {"item":3,"price":-Infinity,"tags":[{"a":1}],"more":{},"plot":[Infinity,"z"]}
            """);
        var (result, _, items) = _work.Import("jsonl", _work.Directory.Write("e.jsonl", "{\"user\":1,\"item\":1080}\n{\"user\":1,\"item\":2}\n{\"user\":1,\"item\":3}"), table);
        Assert.Equal(["1080", "2", "3"], items.Select(item => item.Id));
        Assert.Equal([("title", "A"), ("price", "3.50"), ("tags", "1 x y")], Texts(0));
        Assert.Equal([("plot", "NaN \"Infinity\" NaN")], Texts(1));
        Assert.Equal([("plot", "z")], Texts(2));
        Assert.Contains("What items.jsonl has in 'more' (2 records), 'new' (2 records), 'tags' (1 record) is not text and was left out.", result.Notices);

        IEnumerable<(string, string)> Texts(int item) => items[item].Texts.Select(text => (text.Key, text.Value));
    }

    [Fact]
    public void Markup_is_taken_out_of_texts_and_counted()
    {
        string table = _work.Directory.Write("items.csv", "item,title,plot\n1,Q&amp;A,<p>One</p><p>Two</p>\n2,a < b,\n3,<br>,x\n");
        var (result, _, items) = _work.Import("csv", _events, table);
        Assert.Equal(("Q&A", "One Two"), (items[0].Texts["title"], items[0].Texts["plot"]));
        Assert.Equal("a < b", items[1].Texts["title"]);
        Assert.Equal(["plot"], items[2].Texts.Keys);
        Assert.Equal(["Took HTML out of the texts of 2 records of items.csv."], result.Notices);
    }

    [Fact]
    public void An_image_key_that_no_record_has_is_refused()
    {
        string table = _work.Directory.Write("items.jsonl", "{\"item\":1,\"title\":\"A\"}\n");
        Assert.Contains("has an image in 'photo'", _work.Refusal("csv", _events, table, o => o with { ImageColumn = "photo" }), StringComparison.Ordinal);
    }
}
