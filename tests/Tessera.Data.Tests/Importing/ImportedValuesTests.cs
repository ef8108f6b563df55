using System.Text.Json.Nodes;

namespace Tessera.Data.Tests.Importing;

/// <summary>Names of columns, times, ids and bad rows of imported files.</summary>
public sealed class ImportedValuesTests : IDisposable
{
    private readonly ImportWorkplace _work = new();

    private TemporaryDirectory Files => _work.Directory;

    public void Dispose() => _work.Dispose();

    [Theory]
    [InlineData("user_id", "book_id", "rating")]
    [InlineData("visitorid", "itemid", "score")]
    [InlineData("userID", "artistID", "Rating")]
    [InlineData("user_id", "parent_asin", "rating")]
    [InlineData("reviewerID", "asin", "overall")]
    [InlineData("steam-id", "game", "rating")]
    [InlineData("userId", "movieId", "rating")]
    [InlineData("uid", "track_id", "rating")]
    [InlineData("Customer ID", "SKU", "rating")]
    [InlineData("customer_id", "product_id", "star_rating")]
    [InlineData("session_id", "Item ID", "rating")]
    [InlineData("USER_ID", "anime_id", "rating")]
    [InlineData("user_id", "business_id", "stars")]
    [InlineData("User-ID", "ISBN", "Book-Rating")]
    [InlineData("uid", "iid", "rating")]
    public void Names_in_use_are_known(string user, string item, string rating)
    {
        string events = Files.Write("e.csv", $"{item},{rating},{user}\nx,4,a\n");
        string items = Files.Write("i.csv", $"title;{item}\nTee;x\n");
        var (_, read, records) = _work.Import("csv", events, items);
        Assert.Equal(("a", "x", 0L, 4f), read.Single());
        Assert.Equal("Tee", records.Single().Texts["title"]);
    }

    [Theory]
    [InlineData("timestamp")]
    [InlineData("unixReviewTime")]
    [InlineData("event_time")]
    [InlineData("t_dat")]
    [InlineData("created-at")]
    [InlineData("Date")]
    public void Names_of_times_in_use_are_known(string time) =>
        Assert.Equal(951782400, _work.Import("csv", Files.Write("e.csv", $"user,{time},item\n1,2000-02-29,2\n")).Events.Single().Time);

    [Fact]
    public void Ratings_and_times_can_be_declined()
    {
        string events = Files.Write("e.csv", "user,item,rating,time\n1,2,good,long ago\n");
        Assert.Equal(("1", "2", 0L, float.NaN), _work.Import("csv", events, with: o => o with { RatingColumn = "none", TimeColumn = "none" }).Events.Single());
    }

    [Fact]
    public void The_only_column_that_holds_the_items_is_the_id()
    {
        string events = Files.Write("e.csv", "user,item\na,b1\na,b2\nc,b3\n"), note = "Took 'produktnummer' of i.csv for the items' ids: it alone holds items of the events.";
        string items = Files.Write("i.csv", "titel;produktnummer;jahr\nEins;b1;1999\nZwei;b2;1999\nDrei;b3;2001\nVier;b4;2002\n");
        var (result, _, records) = _work.Import("csv", events, items);
        Assert.Equal(["Eins", "Zwei", "Drei"], records.Take(3).Select(record => record.Texts["titel"]));
        Assert.Contains(note, result.Notices);
        Directory.Delete(_work.Out, recursive: true);
        items = Files.Write("i.jsonl", "{\"titel\":\"Eins\",\"produktnummer\":\"b1\"}\n{\"produktnummer\":\"b3\",\"titel\":\"Drei\"}\n");
        (result, _, records) = _work.Import("csv", events, items);
        Assert.Equal("Drei", records[2].Texts["titel"]);
        Assert.Contains(note.Replace("i.csv", "i.jsonl", StringComparison.Ordinal), result.Notices);
        Directory.Delete(_work.Out, recursive: true);
        items = Files.Write("i.csv", "1;b1;Eins\n2;b2;Zwei\n3;b3;Drei\n");
        (result, _, records) = _work.Import("csv", events, items);
        Assert.Equal([("column1", "1"), ("column3", "Eins")], records[0].Texts.Select(text => (text.Key, text.Value)));
        Assert.Contains("i.csv has no header: its texts are called column1, column3.", result.Notices);
    }

    [Fact]
    public void Where_no_column_or_several_can_be_the_id_the_option_is_named()
    {
        string events = Files.Write("e.csv", "user,item\na,1\na,2\nc,3\n"), items = Files.Write("i.csv", "nummer;rang;titel\n1;3;Eins\n2;2;Zwei\n3;1;Drei\n");
        Assert.Equal($"Line 1 of '{items}' names no item column; found 'nummer', 'rang', 'titel', so say with --item-id-column which it is.", _work.Refusal("csv", events, items));
        Assert.Equal("Eins", _work.Import("csv", events, items, o => o with { ItemIdColumn = "nummer" }).Items[0].Texts["titel"]);
        Directory.Delete(_work.Out, recursive: true);
        items = Files.Write("i.csv", "1;3;Eins\n2;2;Zwei\n3;1;Drei\n");
        Assert.Equal(
            $"'{items}' has no header, and none of its columns alone holds the items of the events; found 1 '1', 2 '3', 3 'Eins', so give --item-id-column by number.",
            _work.Refusal("csv", events, items));
        Assert.Equal("Drei", _work.Import("csv", events, items, o => o with { ItemIdColumn = "2" }).Items[0].Texts["column3"]);
    }

    [Fact]
    public void Absent_times_are_counted()
    {
        var (result, events, _) = _work.Import("csv", Files.Write("e.csv", "user,item,time\na,1,\na,2,NULL\na,3,nan\na,4,None\na,5,\\N\na,6,1000000000\na,7, \n"));
        Assert.Equal(6, events.Count(e => e.Time == 0));
        Assert.Contains("6 events of e.csv have no time.", result.Notices);
        Directory.Delete(_work.Out, recursive: true);
        result = _work.Run("jsonl", Files.Write("e.jsonl", "{\"user\":1,\"item\":1,\"time\":null}\n{\"user\":1,\"item\":2,\"time\":1000000000}\n"));
        Assert.Contains("1 event of e.jsonl has no time.", result.Notices);
    }

    [Fact]
    public void Forms_of_times_may_differ_and_their_range_is_given()
    {
        var result = _work.Run("csv", Files.Write("e.csv", "user,item,time\na,1,1000000000\na,2,1500000000123\na,3,2005-06-07\na,4,1400000000123456\n"));
        Assert.Equal((new DateTimeOffset(2001, 9, 9, 1, 46, 40, default), new DateTimeOffset(2017, 7, 14, 2, 40, 0, default)), (result.FirstTime!.Value, result.LastTime!.Value));
    }

    [Theory]
    [InlineData("20210129", "such as '20210129', from 1970-08-22 to 1970-08-22 if they count from 1970; expected times between 1990 and tomorrow, and this looks like a date: give --time-format yyyyMMdd.", "yyyyMMdd")]
    [InlineData("20210129123000", "and this looks like a date: give --time-format yyyyMMddHHmmss.", "yyyyMMddHHmmss")]
    [InlineData("2021", "and this looks like a date: give --time-format yyyy.", "yyyy")]
    [InlineData("17", "so name the times' column with --time-column (none where there is none), or give their form with --time-format.", null)]
    [InlineData("9000000000", "from 2255-03-14 to 2255-03-14 if they count", null)]
    [InlineData("-99999999999", "such as '-99999999999', from second -99999999999 to second -99999999999 if", null)]
    public void A_column_of_times_that_cannot_be_such_is_refused(string time, string part, string? format)
    {
        string path = Files.Write("e.csv", $"user,item,time\n1,2,{time}\n1,3,{time}\n");
        Assert.Contains(part, _work.Refusal("csv", path), StringComparison.Ordinal);
        if (format is not null) Assert.Equal(2021, _work.Run("csv", path, with: o => o with { TimeFormat = format }).FirstTime!.Value.Year);
    }

    [Fact]
    public void A_date_of_two_readings_is_refused_until_its_form_is_given()
    {
        string path = Files.Write("e.csv", "user,item,time\n1,2,03/04/2021\n");
        Assert.Equal(
            $"Line 2 of '{path}' has the time '03/04/2021', which is 3 April 2021 or 4 March 2021; give --time-format \"dd/MM/yyyy\" or \"MM/dd/yyyy\" to say which.",
            _work.Refusal("csv", path));
        Assert.Equal(1614816000, _work.Import("csv", path, with: o => o with { TimeFormat = "MM/dd/yyyy" }).Events.Single().Time);
        Assert.Contains("expected one of the form 'yyyy'", _work.Refusal("csv", path, with: o => o with { TimeFormat = "yyyy", Directory = Files.In("o") }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("é", "e\u0301")]
    [InlineData("Ａ１", "A1")]
    [InlineData("ガム", "ｶﾞﾑ")]
    [InlineData("x\u200By", "xy")]
    [InlineData("x\u00A0y", "x y")]
    [InlineData("한", "\u1112\u1161\u11AB")]
    [InlineData("ấ", "a\u0302\u0301")]
    public void Ids_that_only_look_different_to_a_machine_are_kept_and_told(string one, string two)
    {
        var (result, events, _) = _work.Import("csv", Files.Write("e.csv", $"user,item\n1,{one}\n1,{two}\n1,ö\n"));
        Assert.Equal([one, two, "ö"], events.Select(e => e.Item));
        string notice = Assert.Single(result.Notices, text => text.Contains("width", StringComparison.Ordinal));
        Assert.StartsWith("1 item id differs from another only in composition, width or invisible characters, such as ", notice, StringComparison.Ordinal);
        Assert.Contains("U+", notice, StringComparison.Ordinal);
    }

    [Fact]
    public void Ids_that_differ_for_a_reader_are_not_told()
    {
        var result = _work.Run("csv", Files.Write("e.csv", "user,item\né,東\ne,京\nè,x\nE,X\nﾊ,ﾊﾟ\n"));
        Assert.DoesNotContain(result.Notices, text => text.Contains("width", StringComparison.Ordinal));
    }

    [Fact]
    public void Numbers_as_ids_keep_their_form()
    {
        string events = Files.Write("e.jsonl", "{\"user\":1080,\"item\":\" 007 \"}\n{\"user\":\"1080\",\"item\":7}\n"), items = Files.Write("i.csv", "id,title\n 007 ,Bond\n7,Seven\n");
        var (_, read, records) = _work.Import("jsonl", events, items);
        Assert.Equal([("1080", "007"), ("1080", "7")], read.Select(e => (e.User, e.Item)));
        Assert.Equal(["Bond", "Seven"], records.Select(record => record.Texts["title"]));
    }

    [Fact]
    public void Bad_rows_up_to_a_number_are_left_out_and_listed()
    {
        string events = Files.Write("e.csv", [.. "user,item,rating,time\na,1,4,1000000000\nb,2\nghost,,4,1000000000\nc,3,many,1000000000\nd,"u8, 0xFF, .. ",1,1000000000\n\"e\"x,4,4,1000000000\nf,5,5,1000000000\n"u8]);
        string items = Files.Write("i.jsonl", "{\"item\":1,\"title\":\"One\"}\n{\"item\":\n{\"title\":\"None\"}\n{\"item\":5,\"title\":\"Five\"}\n");
        var (result, read, records) = _work.Import("csv", events, items, o => o with { SkipBadRows = 7 });
        Assert.Equal([("a", "1"), ("f", "5")], read.Select(e => (e.User, e.Item)));
        Assert.Equal(["One", "Five"], records.Select(record => record.Texts["title"]));
        Assert.Equal(7, result.RejectedRows);
        Assert.Contains($"Left out 7 bad rows, listed in {Path.Combine(_work.Out, "rejected.jsonl")}.", result.Notices);
        JsonNode[] listed = [.. File.ReadLines(Path.Combine(_work.Out, "rejected.jsonl")).Select(line => JsonNode.Parse(line)!)];
        Assert.Equal([("e.csv", 3), ("e.csv", 4), ("e.csv", 5), ("e.csv", 6), ("e.csv", 7), ("i.jsonl", 2), ("i.jsonl", 3)], listed.Select(row => ((string)row["file"]!, (int)row["line"]!)));
        Assert.Equal("has 2 fields; expected 4 as in the header, so complete or remove the line.", (string)listed[0]["reason"]!);
        Assert.StartsWith("has the item id '', which is empty;", (string)listed[1]["reason"]!, StringComparison.Ordinal);
        Assert.StartsWith("has the rating 'many';", (string)listed[2]["reason"]!, StringComparison.Ordinal);
    }

    [Fact]
    public void One_bad_row_more_is_an_error()
    {
        string events = Files.Write("e.csv", "user,item\na,1\nb\nc\nd,2\n");
        Assert.Equal(
            $"Line 4 of '{events}' has 1 field; expected 2 as in the header, so complete or remove the line (1 bad row before it, and --skip-bad-rows allows 1).",
            _work.Refusal("csv", events, with: o => o with { SkipBadRows = 1 }));
        string lines = Files.Write("e.jsonl", "{\"user\":1,\"item\":2}\n[]\n{}\n");
        Assert.StartsWith($"Line 3 of '{lines}' is not a record (it has no 'user');", _work.Refusal("jsonl", lines, with: o => o with { SkipBadRows = 1 }), StringComparison.Ordinal);
        Assert.Contains("expected a number from 0", _work.Refusal("csv", events, with: o => o with { SkipBadRows = -1 }), StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_that_a_stray_quote_joins_count_each()
    {
        string events = Files.Write("e.csv", "user,item\na,1\n\"b,2\nc,3\nd\",4 \"x,5\ne,6\n");
        string refusal = _work.Refusal("csv", events, with: o => o with { SkipBadRows = 2 });
        Assert.StartsWith($"Line 3 of '{events}'", refusal, StringComparison.Ordinal);
        Assert.Equal(3, _work.Run("csv", events, with: o => o with { SkipBadRows = 3 }).RejectedRows);
        events = Files.Write("e.csv", "user,item\na,1\n\"b,2\nc,3\nd,4\n");
        Assert.Contains("opens a quote that is never closed", _work.Refusal("csv", events, with: o => o with { SkipBadRows = 9, Directory = Files.In("o") }), StringComparison.Ordinal);
    }
}
