using Parquet;
using Parquet.Serialization;
using Tessera.Data.EventLogs;

namespace Tessera.Data.Tests.Importing;

public sealed class ParquetTests : IDisposable
{
    private readonly ImportWorkplace _work = new();

    private TemporaryDirectory Files => _work.Directory;

    public void Dispose() => _work.Dispose();

    [Fact]
    public async Task Events_are_read_with_their_types_and_one_row_group_after_another()
    {
        string path = await Write("events.parquet", rowGroup: 2, Enumerable.Range(0, 7).Select(i => new Purchase
        {
            user_id = 1000 + (i % 3),
            asin = $"B0{i}",
            rating = i == 3 ? null : 1 + (0.5 * i),
            timestamp = new DateTime(2024, 5, 1, 12, 30, i, DateTimeKind.Utc),
            comment = ["ignored"],
        }));
        var (result, events, _) = _work.Import("parquet", path);
        Assert.Equal(("events", 3, 7, 7L), (result.Name, result.Users, result.Items, result.Events));
        Assert.Equal(
            [("1000", "B00", 1714566600L, 1f), ("1000", "B03", 1714566603, float.NaN), ("1000", "B06", 1714566606, 4)],
            events.Where(e => e.User == "1000"));
        Assert.Empty(result.Notices);
    }

    [Theory]
    [InlineData(1.0, "1")]
    [InlineData(1080.0, "1080")]
    [InlineData(1e15, "1000000000000000")]
    public async Task Ids_that_a_program_made_decimal_are_whole(double id, string name)
    {
        string path = await Write("events.parquet", 10, [new Numbers { user = id, item = 7, time = 1714566600123 }]);
        Assert.Equal([(name, "7", 1714566600L, float.NaN)], _work.Import("parquet", path).Events);
    }

    [Fact]
    public async Task Item_tables_have_lists_and_pictures_in_structures()
    {
        string events = Files.Write("e.csv", "user,item\na,A\na,B\nb,C\n");
        string table = await Write("items.parquet", rowGroup: 2,
        [
            new Product
            {
                asin = "A", title = "Ay", price = 3.5, features = ["soft", "warm"], categories = [["x", "y"], ["z"]],
                images = [new() { large = "https://example.org/1.jpg" }, new() { large = "b", hi_res = "c" }],
            },
            new Product { asin = "B", price = double.NaN, features = [], images = [], details = new() { ["size"] = "L" } },
            new Product
            {
                asin = "C", title = "See", features = null, categories = [[], ["w"]],
                images = [new(), new() { thumb = "t", large = "l", hi_res = "https://example.org/3.jpg" }], binary = [0xFF, 0xD8],
            },
        ]);
        foreach (string format in new[] { "csv", "parquet" })
        {
            string given = format == "csv" ? events : await Write("e.parquet", 10, [.. "aABbC".Where(char.IsUpper).Select(item => new Pair { user = "u", item = $"{item}" })]);
            var (result, _, items) = _work.Import(format, given, table);
            Assert.Equal([("title", "Ay"), ("price", "3.5"), ("features", "soft warm"), ("categories", "x y z")], Texts(items[0]));
            Assert.Empty(items[1].Texts);
            Assert.Equal([("title", "See"), ("categories", "w")], Texts(items[2]));
            Assert.Equal(["https://example.org/1.jpg", null, "https://example.org/3.jpg"], items.Select(item => item.Image));
            Assert.Contains("What items.parquet has in 'binary' (1 record), 'details' (1 record) is not text and was left out.", result.Notices);
            Directory.Delete(_work.Out, recursive: true);
        }

        static IEnumerable<(string, string)> Texts(ItemRecord item) => item.Texts.Select(text => (text.Key, text.Value));
    }

    [Fact]
    public async Task Columns_are_named_as_in_other_formats()
    {
        string path = await Write("e.parquet", 10, [new Pair { user = "u", item = "x" }]);
        Assert.Equal([("x", "u", 0L, float.NaN)], _work.Import("parquet", path, with: o => o with { UserColumn = "item", ItemColumn = "user" }).Events);
        Directory.Delete(_work.Out, recursive: true);
        Assert.Equal(
            ["e.parquet names no rating column: the events have no ratings.", "e.parquet names no time column: the events have no times."],
            _work.Run("parquet", path).Notices);
        Directory.Delete(_work.Out, recursive: true);
        Assert.Contains($"'{path}' has no column 'who'; expected one of 'user', 'item'", _work.Refusal("parquet", path, with: o => o with { UserColumn = "who" }), StringComparison.Ordinal);
        string table = await Write("items.parquet", 10, [new Photo { sku = "x", photo = "https://example.org/x.png" }]);
        Assert.Equal("https://example.org/x.png", _work.Import("parquet", path, table, o => o with { ItemIdColumn = "sku", ImageColumn = "photo" }).Items[0].Image);
    }

    [Fact]
    public async Task A_folder_of_parts_is_one_table()
    {
        await Write("parts/train-00001-of-00002.parquet", 10, [new Pair { user = "b", item = "y" }]);
        await Write("parts/train-00000-of-00002.parquet", 10, [new Pair { user = "a", item = "x" }]);
        var (result, events, items) = _work.Import("parquet", Files.In("parts"), Files.In("parts"));
        Assert.Equal(("parts", 2), (result.Name, result.DescribedItems));
        Assert.Equal([("a", "x"), ("b", "y")], events.Select(e => (e.User, e.Item)));
        Assert.Equal(["a", "b"], items.Select(item => item.Texts["user"]));
        Directory.CreateDirectory(Files.In("none"));
        Directory.Delete(_work.Out, recursive: true);
        Assert.StartsWith($"Folder '{Files.In("none")}' has no file *.parquet", _work.Refusal("parquet", Files.In("none")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damaged_files_are_refused_in_a_sentence()
    {
        string path = await Write("e.parquet", 10, [.. Enumerable.Range(0, 100).Select(i => new Pair { user = $"u{i}", item = $"i{i}" })]);
        byte[] whole = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        foreach (byte[] content in new[] { whole[..^20], whole[20..], [], "user,item\n1,2\n"u8.ToArray(), [.. whole[..8], .. new byte[whole.Length - 100], .. whole[^92..]] })
        {
            string damaged = Files.Write("damaged.parquet", content);
            Assert.StartsWith($"'{damaged}' is no Parquet file or a damaged one (", _work.Refusal("parquet", damaged), StringComparison.Ordinal);
        }

        Assert.Contains("does not exist", _work.Refusal("parquet", Files.In("none.parquet")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_that_cannot_be_used_are_named()
    {
        string path = await Write("e.parquet", 1, [new Pair { user = "u", item = "x" }, new Pair { user = null, item = "y" }]);
        Assert.StartsWith($"Row 2 of '{path}' has 'null' as 'user'; expected a text or a number", _work.Refusal("parquet", path), StringComparison.Ordinal);
        path = await Write("e.parquet", 1, [new Pair { user = "u", item = "x" }]);
        string table = await Write("items.parquet", 1, [new Photo { sku = "x" }, new Photo { photo = "p" }]);
        Assert.StartsWith(
            $"Row 2 of '{table}' is not a record (it has no text or number 'sku'); expected",
            _work.Refusal("parquet", path, table, o => o with { ItemIdColumn = "sku" }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_that_cannot_be_used_are_left_out_up_to_a_number_and_listed()
    {
        string path = await Write("e.parquet", 2, [new Pair { user = "u", item = "x" }, new Pair { item = "y" }, new Pair { user = "v", item = "" }, new Pair { user = "w", item = "x" }]);
        string table = await Write("items.parquet", 10, [new Photo { photo = "p" }, new Photo { sku = "x", photo = "https://example.org/x.png" }]);
        var (result, events, _) = _work.Import("parquet", path, table, o => o with { ItemIdColumn = "sku", ImageColumn = "photo", SkipBadRows = 3 });
        Assert.Equal([("u", "x"), ("w", "x")], events.Select(e => (e.User, e.Item)));
        Assert.Equal((3, 1), (result.RejectedRows, result.DescribedItems));
        string[] listed = await File.ReadAllLinesAsync(Path.Combine(_work.Out, "rejected.jsonl"), TestContext.Current.CancellationToken);
        Assert.StartsWith("{\"file\":\"e.parquet\",\"line\":2,\"reason\":\"has 'null' as 'user';", listed[0], StringComparison.Ordinal);
        Assert.StartsWith("{\"file\":\"e.parquet\",\"line\":3,\"reason\":\"has the item id '', which is empty;", listed[1], StringComparison.Ordinal);
        Assert.StartsWith("{\"file\":\"items.parquet\",\"line\":1,\"reason\":\"is not a record (", listed[2], StringComparison.Ordinal);
        Directory.Delete(_work.Out, recursive: true);
        Assert.Contains(
            "(1 bad row before it, and --skip-bad-rows allows 1).", _work.Refusal("parquet", path, with: o => o with { SkipBadRows = 1 }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Parts_that_differ_in_ratings_or_times_are_refused(bool first)
    {
        string pairs = await Write($"parts/{(first ? 2 : 1)}.parquet", 10, [new Pair { user = "a", item = "x" }]);
        string numbers = await Write($"parts/{(first ? 1 : 2)}.parquet", 10, [new Numbers { user = 1, item = 7, time = 1714566600123 }]);
        Assert.Equal(
            $"'{numbers}' has 'time', which '{pairs}' does not; expected a time in each part or in none, so complete or remove them, or give --time-column none.",
            _work.Refusal("parquet", Files.In("parts")));
        Assert.Equal([0L, 0L], _work.Import("parquet", Files.In("parts"), with: o => o with { TimeColumn = "none" }).Events.Select(e => e.Time));
    }

    private async Task<string> Write<T>(string name, int rowGroup, IEnumerable<T> rows)
        where T : class
    {
        using var content = new MemoryStream();
        await ParquetSerializer.SerializeAsync(rows, content, new ParquetOptions { RowGroupSize = rowGroup });
        return Files.Write(name, content.ToArray());
    }

#pragma warning disable IDE1006, CA1812 // the properties are named as the columns of published files are
    private sealed class Purchase
    {
        public long user_id { get; set; }

        public string? asin { get; set; }

        public double? rating { get; set; }

        public DateTime timestamp { get; set; }

        public List<string>? comment { get; set; }
    }

    private sealed class Numbers
    {
        public double user { get; set; }

        public int item { get; set; }

        public long time { get; set; }
    }

    private sealed class Pair
    {
        public string? user { get; set; }

        public string? item { get; set; }
    }

    private sealed class Photo
    {
        public string? sku { get; set; }

        public string? photo { get; set; }
    }

    private sealed class Picture
    {
        public string? thumb { get; set; }

        public string? large { get; set; }

        public string? hi_res { get; set; }
    }

    private sealed class Product
    {
        public string? asin { get; set; }

        public string? title { get; set; }

        public double? price { get; set; }

        public List<string>? features { get; set; }

        public List<List<string>>? categories { get; set; }

        public List<Picture>? images { get; set; }

        public Dictionary<string, string>? details { get; set; }

        public byte[]? binary { get; set; }
    }
}
