namespace Tessera.Data.Tests.Importing;

public sealed class JsonEventsTests : IDisposable
{
    private readonly ImportWorkplace _work = new();

    public void Dispose() => _work.Dispose();

    [Theory]
    [InlineData("{\"user\":\"a\",\"item\":7,\"rating\":4,\"time\":1000000020}\n{\"item\":\"7\",\"time\":\"1000000010\",\"more\":{\"x\":[1]},\"rating\":\"3.5\",\"user\":\"\\u0061\"}\n")]
    [InlineData("\uFEFF{\"reviewerID\":\"a\",\"asin\":\"7\",\"overall\":4.0,\"unixReviewTime\":1000000020}\r\n\r\n{\"reviewerID\":\"a\",\"asin\":\"7\",\"overall\":3.5,\"unixReviewTime\":1000000010}")]
    public void Objects_are_read_whatever_their_order_and_form(string text)
    {
        var (result, events, _) = _work.Import("jsonl", _work.Directory.Write("e.jsonl", text));
        Assert.Equal([("a", "7", 1000000010L, 3.5f), ("a", "7", 1000000020L, 4f)], events);
        Assert.Empty(result.Notices);
    }

    [Fact]
    public void Keys_can_be_named_and_what_is_absent_is_said()
    {
        string path = _work.Directory.Write("e.jsonl", "{\"who\":1,\"what\":2}\n\uFEFF{\"who\":3,\"what\":4}\n");
        var (result, events, _) = _work.Import("jsonl", path, with: o => o with { UserColumn = "who", ItemColumn = "what" });
        Assert.Equal([("1", "2", 0L, float.NaN), ("3", "4", 0L, float.NaN)], events);
        Assert.Equal(["Dropped 1 byte order mark inside e.jsonl.", "e.jsonl names no ratings: the events have none.", "e.jsonl names no times: the events have none."], result.Notices);
    }

    [Fact]
    public void What_is_not_finite_or_null_is_missing()
    {
        string path = _work.Directory.Write("e.jsonl", "{\"user\":\"NaN\",\"item\":1,\"rating\":NaN,\"time\":1000000005}\n{\"user\":2,\"item\":3,\"rating\":null,\"time\":null}\n{\"user\":2,\"item\":4,\"rating\":-Infinity,\"time\":1000000007}\n");
        Assert.Equal([("NaN", "1", 1000000005L, float.NaN), ("2", "3", 0, float.NaN), ("2", "4", 1000000007, float.NaN)], _work.Import("jsonl", path).Events);
    }

    [Theory]
    [InlineData("", "'{0}' holds no event")]
    [InlineData("\n \n", "'{0}' holds no event")]
    [InlineData("[1]", "'{0}' is a JSON array; expected one JSON object per line, so write its elements one a line, for instance with: jq -c '.[]'.")]
    [InlineData(" [\n {\"user\":1,\"item\":2}\n]", "'{0}' is a JSON array; expected one JSON object per line")]
    [InlineData("nonsense", "Line 1 of '{0}' is not a record (")]
    [InlineData("{\"a\":1}", "Line 1 of '{0}' names no user column and no item column; found 'a', so say with --user-column and --item-column which they are.")]
    [InlineData("{\"user\":1,\"item\":2}\n\n{\"user\":1,\"item\":", "Line 3 of '{0}' is not a record (")]
    [InlineData("{\"user\":1,\"item\":2}\n{\"user\":1,\"item\":2} x", "Line 2 of '{0}' is not a record (")]
    [InlineData("{\"user\":1,\"item\":2}\n{\"user\":1}", "Line 2 of '{0}' is not a record (it has no 'item')")]
    [InlineData("{\"user\":1,\"item\":2}\n{\"user\":1,\"item\":2,\"user\":3}", "Line 2 of '{0}' is not a record (it has two 'user')")]
    [InlineData("{\"user\":1,\"item\":null}", "Line 1 of '{0}' has 'null' as 'item'; expected a text or a number")]
    [InlineData("{\"user\":[1],\"item\":2}", "Line 1 of '{0}' has '[1]' as 'user'; expected a text or a number")]
    [InlineData("{\"user\":\"\",\"item\":2}", "Line 1 of '{0}' has the user id '', which is empty")]
    [InlineData("{\"user\":\"a\\nb\",\"item\":2}", "which holds the character U+000A")]
    [InlineData("{\"user\":\"\\ud800\",\"item\":2}", "Line 1 of '{0}' is not a record (")]
    [InlineData("{\"user\":1,\"item\":2,\"rating\":\"x\"}", "Line 1 of '{0}' has the rating 'x'")]
    [InlineData("{\"user\":1,\"item\":2,\"rating\":1e60}", "Line 1 of '{0}' has the rating '1e60'")]
    [InlineData("{\"user\":1,\"item\":2,\"time\":\"x\"}", "Line 1 of '{0}' has the time 'x'")]
    [InlineData("{\"user\":1,\"item\":2,\"rating\":5}\n{\"user\":1,\"item\":2}", "Line 2 of '{0}' is not a record (it has no 'rating')")]
    [InlineData("{\"user\":1,\"item\":2,\"x\":1}\n{\"user\":1,\"x\":2,\"item\":2,\"stars\":4}", "Line 2 of '{0}' has 'stars', which Line 1 of '{0}' does not; expected a rating in each record or in none")]
    [InlineData("{\"user\":1,\"item\":2,\"rating\":1}\n{\"user\":1,\"item\":2,\"rating\":4,\"unix_review_time\":4}", "has 'unix_review_time', which Line 1 of '{0}' does not; expected a time in each record or in none")]
    public void Bad_lines_are_refused_with_place_and_remedy(string text, string sentence)
    {
        string path = _work.Directory.Write("bad.jsonl", text);
        Assert.Contains(string.Format(null, sentence, path), _work.Refusal("jsonl", path), StringComparison.Ordinal);
    }

    [Fact]
    public void Ratings_and_times_that_begin_late_do_not_matter_where_none_are_asked_for()
    {
        string path = _work.Directory.Write("e.jsonl", "{\"user\":1,\"item\":2}\n{\"user\":1,\"item\":3,\"rating\":4,\"time\":1000000000}\n");
        Assert.Contains("has 'time', which", _work.Refusal("jsonl", path, with: o => o with { RatingColumn = "none" }), StringComparison.Ordinal);
        Assert.Contains("has 'rating', which", _work.Refusal("jsonl", path, with: o => o with { TimeColumn = "none" }), StringComparison.Ordinal);
        var (_, events, _) = _work.Import("jsonl", path, with: o => o with { RatingColumn = "none", TimeColumn = "none" });
        Assert.Equal([("1", "2", 0L, float.NaN), ("1", "3", 0, float.NaN)], events);
    }

    [Fact]
    public void Text_that_is_not_utf8_is_refused_by_line()
    {
        string path = _work.Directory.Write("e.jsonl", [.. "{\"user\":1,\"item\":2}\n{\"user\":\""u8, 0x80, .. "\",\"item\":2}\n"u8]);
        Assert.StartsWith($"Line 2 of '{path}' is not valid UTF-8", _work.Refusal("jsonl", path), StringComparison.Ordinal);
    }

    [Fact]
    public void Long_lines_are_read()
    {
        string path = _work.Directory.Write("e.jsonl", $"{{\"user\":1,\"text\":\"{new string('x', 1_200_000)}\",\"item\":2}}\n{{\"user\":3,\"item\":4}}\n");
        Assert.Equal([("1", "2"), ("3", "4")], _work.Import("jsonl", path).Events.Select(e => (e.User, e.Item)));
    }
}
