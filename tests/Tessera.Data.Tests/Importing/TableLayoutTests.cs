using Tessera.Data.Importing;

namespace Tessera.Data.Tests.Importing;

/// <summary>Separators, headers, quotes and column numbers of tables as they come.</summary>
public sealed class TableLayoutTests : IDisposable
{
    private static readonly (string, string, long, float)[] Expected = [("1", "x", 881250949, 4.5f), ("1", "y", 881250950, 3), ("2", "x", 881250951, 2)];
    private readonly ImportWorkplace _work = new();

    public void Dispose() => _work.Dispose();

    [Theory]
    [InlineData("1\tx\t4.5\t881250949\n1\ty\t3\t881250950\n2\tx\t2\t881250951\n")]
    [InlineData("1,x,4.5,881250949\r\n1,y,3,881250950\r\n2,x,2,881250951")]
    [InlineData("1, x, 4.5, 881250949\n1, y, 3, 881250950\n2, x, 2, 881250951\n")]
    [InlineData("1;x;4,5;881250949\n1;y;3,0;881250950\n2;x;2,0;881250951\n")]
    [InlineData("1|x|4.5|881250949\n1|y|3|881250950\n2|x|2|881250951\n")]
    [InlineData("1::x::4.5::881250949\n1::y::3::881250950\n2::x::2::881250951\n")]
    [InlineData("1 x 4.5 881250949\n1 y 3 881250950\n2 x 2 881250951\n")]
    [InlineData("  1  x   4.5\t 881250949  \n1 y 3   881250950\r\n 2 x 2 881250951")]
    [InlineData("1,x,4.5,1997-12-04 15:55:49\n1,y,3,1997-12-04 15:55:50\n2,x,2,1997-12-04 15:55:51\n")]
    public void Headerless_files_are_recognized_whatever_separates_them(string text)
    {
        string path = _work.Directory.Write("u.data", text);
        var (result, events, _) = _work.Import("csv", path);
        Assert.Equal(Expected, events);
        Assert.Equal(
            ["u.data has no header: its 4 columns were taken for user, item, rating and time; --user-column, --item-column and so on say otherwise by number."],
            result.Notices);
        Assert.Equal((881250949L, 881250951L), (result.FirstTime!.Value.ToUnixTimeSeconds(), result.LastTime!.Value.ToUnixTimeSeconds()));
    }

    [Theory]
    [InlineData("userID artistID rating timestamp\n1 x 4.5 881250949\n1 y 3 881250950\n2 x 2 881250951\n")]
    [InlineData("user;item;rating;time\n1;x;4,5;881250949\n1;y;3;881250950,5\n2;x;2,0;881250951\n")]
    [InlineData("user::item::rating::time\n1::x::4.5::881250949\n1::y::3::881250950\n2::x::2::881250951\n")]
    public void Headers_are_recognized_whatever_separates_them(string text) =>
        Assert.Equal(Expected, _work.Import("csv", _work.Directory.Write("u.data", text)).Events);

    [Theory]
    [InlineData("1,x\n1,y\n2,x\n", "user and item")]
    [InlineData("1,x,4\n1,y,3\n2,x,200000\n", "user, item and rating")]
    [InlineData("1,x,881250949\n1,y,881250950\n2,x,\n", "user, item and time")]
    [InlineData("ann,x\nbob,y\nann,y\nann,x\n", "user and item")]
    public void Two_to_four_columns_are_taken_in_the_usual_order(string text, string assumed)
    {
        var result = _work.Run("csv", _work.Directory.Write("a.csv", text));
        Assert.Contains($"were taken for {assumed};", result.Notices[^1], StringComparison.Ordinal);
        Assert.Equal(text.Split('\n').Length - 1, result.Events);
    }

    [Theory]
    [InlineData("1,x,good\n1,y,bad\n", "its 3 columns are not user, item, rating and time; found 1 '1', 2 'x', 3 'good', so give --user-column and --item-column")]
    [InlineData("1,x,881250949,4\n1,y,881250950,3\n", "its 4 columns are not user, item, rating and time; found 1 '1', 2 'x', 3 '881250949', 4 '4', so give")]
    [InlineData("1,x,4,5,6\n1,y,3,5,6\n", "its 5 columns are not user, item, rating and time; found 1 '1'")]
    public void Content_that_contradicts_the_usual_order_is_refused_with_numbered_columns(string text, string part)
    {
        string path = _work.Directory.Write("a.csv", text);
        string message = _work.Refusal("csv", path);
        Assert.StartsWith($"'{path}' has no header and {part}", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1\n2\n", null, "'{0}' has one column, as in '1'; expected more, so say with --separator what stands between them.")]
    [InlineData("some\nwords\n", null, "'{0}' has one column, as in 'some';")]
    [InlineData("1\t2\n3\t4\n", ";", "'{0}' has one column, as in '1 2';")]
    [InlineData("{\"user\":1,\"item\":2}\n", null, "Line 1 of '{0}' is a JSON object; expected a table, so import as jsonl.")]
    public void What_is_no_table_is_refused(string text, string? separator, string sentence)
    {
        string path = _work.Directory.Write("a.txt", text);
        Assert.StartsWith(string.Format(null, sentence, path), _work.Refusal("csv", path, with: o => o with { Separator = separator }), StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_of_a_headerless_file_are_given_by_number()
    {
        string path = _work.Directory.Write("a.csv", "881250949,4.5,x,web,1\n881250950,3,y,app,1\n881250951,2,x,web,2\n");
        var (result, events, _) = _work.Import("csv", path, with: o => o with { UserColumn = "5", ItemColumn = "3", RatingColumn = "2", TimeColumn = "1" });
        Assert.Equal(Expected, events);
        Assert.Equal(["Ignored column 'column4' of a.csv."], result.Notices);
        string message = _work.Refusal("csv", path, with: o => o with { UserColumn = "6", ItemColumn = "3", Directory = _work.Directory.In("other") });
        Assert.Contains("has no header and no column '6'; expected a number from 1 to 5: 1 '881250949', 2 '4.5'", message, StringComparison.Ordinal);
        message = _work.Refusal("csv", path, with: o => o with { UserColumn = "5", Directory = _work.Directory.In("other") });
        Assert.Contains("has no header and only some of its columns are given; found 1 '881250949'", message, StringComparison.Ordinal);
        message = _work.Refusal("csv", path, with: o => o with { UserColumn = "who", NoHeader = true, ItemColumn = "1", Directory = _work.Directory.In("other") });
        Assert.Contains("no column 'who'; expected a number from 1 to 5", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_with_names_have_numbers_too()
    {
        string path = _work.Directory.Write("a.csv", "thing,who,rating\nx,1,4\n");
        Assert.Equal(("1", "x"), _work.Import("csv", path, with: o => o with { UserColumn = "2", ItemColumn = "1" }).Events.Select(e => (e.User, e.Item)).Single());
    }

    [Theory]
    [InlineData("ann,x\nbob,y\n")]
    [InlineData("who,thing\nann,x\nbob,y\n")]
    public void A_first_line_that_may_be_either_is_refused_and_both_remedies_work(string text)
    {
        string path = _work.Directory.Write("a.csv", text);
        string[] first = text.Split('\n')[0].Split(',');
        Assert.Equal(
            $"Line 1 of '{path}' may be a header or a record; found 1 '{first[0]}', 2 '{first[1]}', so give --no-header if it is a record, "
            + "or its names with --user-column and so on if it is a header.",
            _work.Refusal("csv", path));
        long lines = File.ReadLines(path).Count();
        Assert.Equal(lines, _work.Run("csv", path, with: o => o with { NoHeader = true }).Events);
        Assert.Equal(lines - 1, _work.Run("csv", path, with: o => o with { UserColumn = first[0], ItemColumn = first[1], Directory = _work.Directory.In("second") }).Events);
    }

    [Fact]
    public void A_first_record_is_never_taken_for_a_header()
    {
        string[] ids = ["user", "item", "x1", "42", "rating", "ann", "0", "B000", "time", "id"];
        var random = new Random(7);
        var verdicts = new List<bool?>();
        for (int round = 0; round < 10_000; round++)
        {
            List<string[]> rows = [.. Enumerable.Range(0, 12).Select(_ => new[] { ids[random.Next(ids.Length)], $"{random.Next(100)}", $"{random.Next(1, 6)}" })];
            verdicts.Add(HeaderDetector.HasHeader(rows, []));
        }

        Assert.DoesNotContain(true, verdicts);
        Assert.InRange(verdicts.Count(verdict => verdict == false), 4000, 9999);
    }

    [Theory]
    [InlineData(";", "1;x\n2;y\n")]
    [InlineData("\\t", "1\tx\n2\ty\n")]
    [InlineData("tab", "1\tx\n2\ty\n")]
    [InlineData("::", "1::x\n2::y\n")]
    [InlineData("||", "1||x\n2||y\n")]
    [InlineData("§", "1§x\n2§y\n")]
    [InlineData(" ", "1 x\n2   y\n")]
    [InlineData("#", "1#x\n2#y\n")]
    public void Any_text_can_separate(string separator, string text) => Assert.Equal(
        [("1", "x"), ("2", "y")], _work.Import("csv", _work.Directory.Write("a.csv", text), with: o => o with { Separator = separator }).Events.Select(e => (e.User, e.Item)));

    [Theory]
    [InlineData("\"")]
    [InlineData("a\nb")]
    [InlineData("12345678901234567")]
    public void Some_texts_cannot_separate(string separator)
    {
        string path = _work.Directory.Write("a.csv", "user,item\n1,2\n");
        Assert.Contains("expected 1 to 16 bytes without quotes and line ends", _work.Refusal("csv", path, with: o => o with { Separator = separator }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_character_that_stands_for_a_separator_is_refused_in_the_file()
    {
        string path = _work.Directory.Write("a.csv", "1::x\n2::y\u001Fz\n");
        Assert.Contains("holds the character U+001F", _work.Refusal("csv", path, with: o => o with { Separator = "::" }), StringComparison.Ordinal);
    }

    [Fact]
    public void Bare_quotes_in_a_table_with_tabs_are_characters()
    {
        string events = _work.Directory.Write("e.csv", "user,item\n1,1\n1,2\n1,3\n");
        string rows = string.Concat(Enumerable.Range(10, 5000).Select(i => $"{i}\tBand {i}\n"));
        string items = _work.Directory.Write("artists.dat", "id\tname\n1\t\"Weird Al\" Yankovic\n2\t\"Heroes\"\n3\tThe 12\" mix\n" + rows);
        Assert.Equal(["\"Weird Al\" Yankovic", "\"Heroes\"", "The 12\" mix"], _work.Import("csv", events, items).Items.Take(3).Select(item => item.Texts["name"]));
        Directory.Delete(_work.Out, recursive: true);
        items = _work.Directory.Write("artists.dat", "id\tname\n" + rows + "1\t\"Weird Al\" Yankovic\n2\t\"Heroes\"\n3\tx\n");
        Assert.Equal(["\"Weird Al\" Yankovic", "\"Heroes\"", "x"], _work.Import("csv", events, items).Items.Take(3).Select(item => item.Texts["name"]));
    }

    [Fact]
    public void Quotes_around_whole_fields_are_no_part_of_them_whatever_separates()
    {
        string events = _work.Directory.Write("e.csv", "user,item\n1,1\n1,2\n");
        string rows = string.Concat(Enumerable.Range(10, 5000).Select(i => $"{i}\tBand {i}\n"));
        foreach (string separator in new[] { "\t", "|", "::" })
        {
            string items = _work.Directory.Write("items.dat", ("id\tname\n" + rows + "1\t\"a \"\"b\"\"\n\tc\"\n2\t\"d\"\n").Replace("\t", separator, StringComparison.Ordinal));
            Assert.Equal([$"a \"b\"\n{separator}c", "d"], _work.Import("csv", events, items).Items.Take(2).Select(item => item.Texts["name"]));
            Directory.Delete(_work.Out, recursive: true);
        }
    }

    [Fact]
    public void Quoting_can_be_said()
    {
        string path = _work.Directory.Write("e.csv", "user,item\n\"1\",\"a\"\n2,\"b\" c\n");
        Assert.Contains("Line 3 of", _work.Refusal("csv", path), StringComparison.Ordinal);
        Assert.Contains("or give --quote none if quotes are ordinary characters.", _work.Refusal("csv", path), StringComparison.Ordinal);
        Assert.Equal(
            [("\"1\"", "\"a\""), ("2", "\"b\" c")], _work.Import("csv", path, with: o => o with { Quote = "none" }).Events.Select(e => (e.User, e.Item)));
        Directory.Delete(_work.Out, recursive: true);
        path = _work.Directory.Write("e.tsv", "user\titem\n1\t\"a\"\n2\t\"b\" c\n");
        Assert.Contains("Line 3 of", _work.Refusal("csv", path, with: o => o with { Quote = "double" }), StringComparison.Ordinal);
        Assert.Equal([("1", "\"a\""), ("2", "\"b\" c")], _work.Import("csv", path).Events.Select(e => (e.User, e.Item)));
        Assert.Contains("expected none or double", _work.Refusal("csv", path, with: o => o with { Quote = "single", Directory = _work.Directory.In("o") }), StringComparison.Ordinal);
    }
}
