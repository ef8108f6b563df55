using System.Text;
using Tessera.Data.EventLogs;
using Tessera.Data.Importing;

namespace Tessera.Data.Tests.Importing;

public sealed class CsvEventsTests : IDisposable
{
    private static readonly (string, string, long, float)[] Expected = [("ann", "x", 1000000010, 4), ("ann", "y", 1000000030, 3.5f), ("bob", "x", 1000000020, 5)];
    private readonly ImportWorkplace _work = new();

    public void Dispose() => _work.Dispose();

    [Theory]
    [InlineData("user,item,rating,timestamp\nann,y,3.5,1000000030\nbob,x,5,1000000020\nann,x,4,1000000010\n")]
    [InlineData("userID;itemID;rating;timestamp\nann;y;3.5;1000000030\nbob;x;5;1000000020\nann;x;4;1000000010")]
    [InlineData("user_id\titem_id\trating\ttimestamp\r\nann\ty\t3.5\t1000000030\r\nbob\tx\t5\t1000000020\r\nann\tx\t4\t1000000010\r\n")]
    [InlineData("reviewerID|asin|overall|unixReviewTime\nann|y|3.5|1000000030\nbob|x|5|1000000020\nann|x|4|1000000010\n")]
    [InlineData("rating,item,timestamp,user\n3.5,y,1000000030,ann\n5,x,1000000020,bob\n4,x,1000000010,ann\n")]
    [InlineData("\uFEFFuser,item,rating,timestamp\nann,y,3.5,1000000030\nbob,x,5,1000000020\nann,x,4,1000000010\n")]
    [InlineData("\uFEFF\"user\",\"item\",\"rating\",\"timestamp\"\n\"ann\",\"y\",\"3.5\",\"1000000030\"\nbob,x,5,1000000020\nann,x,4,1000000010\n")]
    [InlineData("user,item,rating,timestamp\r\nann,y,3.5,1000000030\nbob,x,5,1000000020\rann,x,4,1000000010\r\n\n\r\n")]
    [InlineData("user,item,rating,timestamp\nann,y,3.5,1000000030000\nbob,x,5,1000000020.9\nann,x,4e0,1.00000001e9\n", 1000000030)]
    public void Separators_quotes_line_ends_and_usual_names_vary(string text, long last = 1000000030)
    {
        var (result, events, _) = _work.Import("csv", _work.Directory.Write("events.csv", text));
        Assert.Equal([Expected[0], Expected[1] with { Item3 = last }, Expected[2]], events.OrderBy(e => e.User, StringComparer.Ordinal));
        Assert.Equal(("events", 2, 2, 3L, false), (result.Name, result.Users, result.Items, result.Events, result.IsDataset));
        Assert.Empty(result.Notices);
    }

    [Fact]
    public void Compressed_files_are_known_by_their_content_not_their_name()
    {
        byte[] content = "user,item,rating,timestamp\nann,y,3.5,1000000030\nbob,x,5,1000000020\nann,x,4,1000000010\n"u8.ToArray();
        string zipped = _work.Directory.Write("ratings.csv", ImportWorkplace.Gzip(content)), plain = _work.Directory.Write("plain.csv.gz", content);
        Assert.Equal("ratings", _work.Run("csv", zipped).Name);
        Directory.Delete(_work.Out, recursive: true);
        var (result, events, _) = _work.Import("csv", plain);
        Assert.Equal("plain", result.Name);
        Assert.Equal(Expected, events.OrderBy(e => e.User, StringComparer.Ordinal));
    }

    [Fact]
    public void Columns_can_be_named()
    {
        string path = _work.Directory.Write("a.csv", "who,what,user,stars,when\nann,y,1,3.5,1000000030\nbob,x,2,5,1000000020\nann,x,3,4,1000000010\n");
        var (result, events, _) = _work.Import("csv", path, with: o => o with { UserColumn = "who", ItemColumn = "what", TimeColumn = "when", RatingColumn = "stars", Name = "shop" });
        Assert.Equal(Expected, events.OrderBy(e => e.User, StringComparer.Ordinal));
        Assert.Equal("shop", result.Name);
        Assert.Equal(["Ignored column 'user' of a.csv."], result.Notices);
    }

    [Fact]
    public void Ratings_and_times_may_be_absent_and_that_is_said()
    {
        var (result, events, _) = _work.Import("csv", _work.Directory.Write("a.csv", "user,item\nb,x\na,y\nb,y\n"));
        Assert.Equal([("b", "x", 0, float.NaN), ("b", "y", 0, float.NaN), ("a", "y", 0, float.NaN)], events);
        Assert.Equal(["a.csv names no rating column: the events have no ratings.", "a.csv names no time column: the events have no times."], result.Notices);
    }

    [Fact]
    public void Ids_lose_the_spaces_around_them_and_nothing_else_and_repeated_events_stay()
    {
        var (_, events, _) = _work.Import("csv", _work.Directory.Write("a.csv", "user,item\n-1, 7\n99999999999999999999,\"a,\"\"b\"\" \"\n-1,7\r\né😀,x\n007,1.0\n"));
        Assert.Equal([("-1", "7"), ("-1", "7"), ("99999999999999999999", "a,\"b\""), ("é😀", "x"), ("007", "1.0")], events.Select(e => (e.User, e.Item)));
    }

    [Fact]
    public void Joined_files_lose_their_inner_marks_and_headers()
    {
        string path = _work.Directory.Write("a.csv", "\uFEFFuser,item\na,x\n\uFEFFuser,item\nb,y\n\uFEFFc,z\nuser,item\n");
        var (result, events, _) = _work.Import("csv", path);
        Assert.Equal([("a", "x"), ("b", "y"), ("c", "z")], events.Select(e => (e.User, e.Item)));
        Assert.Equal(["Dropped 2 byte order marks inside a.csv.", "Skipped 2 lines of a.csv that repeated the header."], result.Notices.Take(2));
    }

    [Theory]
    [InlineData("", "'{0}' is empty; expected a header and one record per line")]
    [InlineData("\n\n", "'{0}' is empty; expected a header")]
    [InlineData("user,item\n", "'{0}' holds no event; expected one record per event")]
    [InlineData("a,b,c\n1,2,3\n", "Line 1 of '{0}' names no user column and no item column; found 'a', 'b', 'c', so say with --user-column and --item-column which they are.")]
    [InlineData("user,b\n1,2\n", "Line 1 of '{0}' names no item column; found 'user', 'b', so say with --item-column")]
    [InlineData("user,item\n1,2\n3\n", "Line 3 of '{0}' has 1 field; expected 2 as in the header, so complete or remove the line.")]
    [InlineData("user,item\n1,2,3\n", "Line 2 of '{0}' has 3 fields; expected 2")]
    [InlineData("user,item\n\"1\n\n7\",2\n3,4,5\n", "Line 2 of '{0}' has the user id '1??7', which holds the character U+000A")]
    [InlineData("user,item,note\n1,2,\"a\n\nb\"\n3,4,5,6\n", "Line 5 of '{0}' has 4 fields")]
    [InlineData("user,item\n,2\n", "Line 2 of '{0}' has the user id '', which is empty; expected 1 to 1,000 characters")]
    [InlineData("user,item\n1,  \n", "Line 2 of '{0}' has the item id '', which is empty")]
    [InlineData("user,item\n1,a\u0007\n", "which holds the character U+0007")]
    [InlineData("user,item\n1,a\uFEFF\n", "which holds the character U+FEFF")]
    [InlineData("user,item,rating\n1,2,\n", "Line 2 of '{0}' has the rating ''; expected a number such as 4 or 3.5")]
    [InlineData("user,item,rating\n1,2,NaN\n", "the rating 'NaN'")]
    [InlineData("user,item,rating\n1,2,Infinity\n", "the rating 'Infinity'")]
    [InlineData("user,item,rating\n1,2,1e99\n", "the rating '1e99'")]
    [InlineData("user,item,rating\n1,2,4 stars\n", "the rating '4 stars'")]
    [InlineData("user,item,rating\n1,2,4\nuser,item,stars\n", "Line 3 of '{0}' has the rating 'stars'")]
    [InlineData("user,item,time\n1,2,yesterday\n", "the time 'yesterday'; expected seconds since 1970 or a date such as 2024-05-01T12:30:00Z, so correct the line, or give the form of the times with --time-format.")]
    [InlineData("user,item,time\n1,2,99999999999999999999\n", "the time '99999999999999999999'")]
    [InlineData("user,item\n1,2\n3,\"4\n5,6\n", "Line 3 of '{0}' opens a quote that is never closed; expected quotes around whole fields and doubled inside them, so correct the line, or give --quote none")]
    [InlineData("user,item\n1,\"2\"x\n", "Line 2 of '{0}' has text around a field in quotes")]
    [InlineData("user,item\n1,2\n\uFEFF\"3\",4\n", "Line 3 of '{0}' has text around a field in quotes")]
    public void Bad_files_are_refused_with_place_and_remedy(string text, string sentence)
    {
        string path = _work.Directory.Write("bad.csv", text);
        Assert.Contains(string.Format(null, sentence, path), _work.Refusal("csv", path), StringComparison.Ordinal);
    }

    [Fact]
    public void Long_ids_are_refused()
    {
        string path = _work.Directory.Write("a.csv", $"user,item\n{new string('u', 1001)},x\n");
        Assert.Contains("which has 1,001 characters; expected 1 to 1,000", _work.Refusal("csv", path), StringComparison.Ordinal);
        path = _work.Directory.Write("a.csv", $"user,item\n{new string('u', 500_000)},x\n");
        Assert.Contains("which has 500,000 characters", _work.Refusal("csv", path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xC3 })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xC0, 0x80 })]
    public void Text_that_is_not_utf8_is_refused_by_line(byte[] broken)
    {
        string path = _work.Directory.Write("a.csv", [.. "user,item\n1,2\n3,"u8, .. broken, .. "\n"u8]);
        Assert.Equal($"Line 3 of '{path}' is not valid UTF-8 and looks like windows-1252; expected UTF-8, so give --encoding windows-1252, or the encoding it has.", _work.Refusal("csv", path));
        path = _work.Directory.Write("a.csv", [.. "user,"u8, .. broken, .. "\n1,2\n"u8]);
        Assert.StartsWith($"Line 1 of '{path}' is not valid UTF-8", _work.Refusal("csv", path), StringComparison.Ordinal);
    }

    [Fact]
    public void Utf16_with_its_mark_is_read()
    {
        string path = _work.Directory.Write("a.csv", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("user\titem\né\tx\n")]);
        Assert.Equal(("é", "x"), _work.Import("csv", path).Events.Select(e => (e.User, e.Item)).Single());
    }

    [Fact]
    public void Named_columns_must_exist_once()
    {
        string path = _work.Directory.Write("a.csv", "user,item,x,x\n1,2,3,4\n");
        Assert.Equal(
            $"Line 1 of '{path}' has no column 'y'; expected one of 'user', 'item', 'x', 'x', so name another.",
            _work.Refusal("csv", path, with: o => o with { RatingColumn = "y" }));
        Assert.Contains("has 2 columns 'x'; expected one", _work.Refusal("csv", path, with: o => o with { TimeColumn = "x" }), StringComparison.Ordinal);
    }

    [Fact]
    public void Absent_files_and_folders_are_refused()
    {
        string path = _work.Directory.In("none.csv");
        Assert.Equal($"File '{path}' does not exist; check the path.", _work.Refusal("csv", path));
        Assert.Contains("is a folder; expected a file", _work.Refusal("csv", _work.Directory.Path), StringComparison.Ordinal);
    }

    [Fact]
    public void Ids_are_numbered_by_their_first_appearance_whatever_their_letters()
    {
        string[] users = [.. Enumerable.Range(0, 20_000).Select(i => $"{(i % 1000 == 77 ? "ü" : "u")}{i * 13L % 6007}")];
        string[] items = [.. Enumerable.Range(0, 20_000).Select(i => $"i{i * 17L % 4001}{(i % 900 == 5 ? " é" : "")}")];
        string path = _work.Directory.Write("a.csv", "user,item,time\n" + string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{users[i]},{items[i]},{1_000_000_000 + i}\n")));
        (string User, string Item, long Time, float Rating)[] events = _work.Import("csv", path).Events;
        EventLog log = EventLog.Open(_work.Out);
        Assert.Equal(users.Distinct(), log.UserIds);
        Assert.Equal(items.Distinct(), log.ItemIds);
        Assert.Equal(Enumerable.Range(0, 20_000).Select(i => (users[i], items[i], 1_000_000_000L + i)), events.OrderBy(e => e.Time).Select(e => (e.User, e.Item, e.Time)));
    }

    [Fact]
    public void Options_of_other_formats_are_refused()
    {
        string path = _work.Directory.Write("a.csv", "user,item\n1,2\n");
        Assert.Contains("There is no format 'xml'; expected one of csv, jsonl", _work.Refusal("xml", path), StringComparison.Ordinal);
        Assert.Contains("Format csv has no --image-features;", _work.Refusal("csv", path, with: o => o with { ImageFeatures = "x" }), StringComparison.Ordinal);
        Assert.Contains("Format recbole has no --user-column;", _work.Refusal("recbole", path, with: o => o with { UserColumn = "x" }), StringComparison.Ordinal);
        Assert.Contains("name it with --items", _work.Refusal("csv", path, with: o => o with { Images = "x" }), StringComparison.Ordinal);
        Assert.Contains("name it with --items", _work.Refusal("csv", path, with: o => o with { ItemIdColumn = "x" }), StringComparison.Ordinal);
        Assert.Contains("The name 'a/b' cannot be a file name", _work.Refusal("csv", path, with: o => o with { Name = "a/b" }), StringComparison.Ordinal);
    }

    [Fact]
    public void Progress_is_told_and_reading_stops_when_canceled()
    {
        string path = _work.Directory.Write("a.csv", "user,item\n" + string.Concat(Enumerable.Range(0, 200_000).Select(i => $"{i % 999},{i % 77}\n")));
        var seen = new List<ImportProgress>();
        Importer.Run(new ImportOptions("csv", path, _work.Out), new Collecting(seen));
        Assert.Equal(["events", "events", "events", "writing"], seen.Select(p => p.Stage));
        Assert.Equal(65536, seen[0].Events);
        Assert.InRange(seen[1].Share, 0.5, 0.8);
        using var source = new CancellationTokenSource();
        var options = new ImportOptions("csv", path, _work.Directory.In("other"));
        Assert.Throws<OperationCanceledException>(() => Importer.Run(options, new Canceling(source), source.Token));
        Assert.False(Directory.Exists(options.Directory));
        Assert.Empty(Directory.GetDirectories(_work.Directory.Path, "*partial*"));
    }

    private sealed class Collecting(List<ImportProgress> seen) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) => seen.Add(value);
    }

    private sealed class Canceling(CancellationTokenSource source) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) => source.Cancel();
    }
}
