using System.Text;
using Tessera.Data.EventLogs;
using Tessera.Data.Importing;

namespace Tessera.Data.Tests.Importing;

/// <summary>Whatever becomes of the bytes of JSON lines, they are read or refused in one sentence.</summary>
public sealed class JsonFuzzTests : IDisposable
{
    /// <summary>Of each format; 10,000 or more of items, and as many of events.</summary>
    private const int Inputs = 3_400;

    private static readonly string[] Pieces =
        ["\"", "'", "\\", ",", "\n", "{", "}", "[", "]", ":", "NaN", "-Infinity", "1e999", "null", "true", "<b>", "&amp;", "\\u0000", "\\ud800", "\0", "é", "\"parent_asin\":"];

    private readonly TemporaryDirectory _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("amazon2014", "{'asin': '1', 'title': \"A's\", 'categories': [['x', u'y'], ('z',)], 'price': 1.5, 'imUrl': None}\n{\"asin\":\"2\"}\n", 21)]
    [InlineData("amazon2018", "{\"asin\":\"1\",\"description\":[\"a\",\"<i>b</i>\"],\"imageURL\":[\"http://x/1.jpg\"],\"rank\":[]}\n", 23)]
    [InlineData("amazon2023", "{\"parent_asin\":\"1\",\"title\":\"T\",\"features\":[\"a\",2],\"price\":NaN,\"images\":[{\"large\":\"http://x/1.jpg\",\"hi_res\":null}]}\n", 25)]
    [InlineData("jsonl", "{\"item\":1,\"title\":[\"A\",[\"b\"]],\"image\":{\"large\":\"http://x/a.jpg\"}}\n{\"item\":\"2\",\"n\":{\"x\":-Infinity}}\n", 27)]
    public void Items_are_read_or_refused(string format, string valid, int seed)
    {
        SourceFormat reader = format == "jsonl" ? new JsonlFormat() : new AmazonFormat(int.Parse(format["amazon".Length..], null));
        Fuzz(valid, seed, path =>
        {
            var join = new ItemJoin(path, ["1"], item => item == "1" ? 0 : -1, CsvFormat.TableOptions);
            reader.ReadItems(
                new ImportOptions(format, "", ""),
                new ItemSink(path, _ => 0, _ => ItemAddition.Added, join, new ItemPictures(path, null), progress: null, CancellationToken.None));
        });
    }

    [Theory]
    [InlineData("amazon2018", "{\"reviewerID\":\"A\",\"asin\":\"B\",\"overall\":5.0,\"unixReviewTime\":1382572800}\n", 31)]
    [InlineData("amazon2023", "{\"user_id\":\"A\",\"parent_asin\":\"B\",\"rating\":5.0,\"timestamp\":1588687728923}\n{\"user_id\":\"é\",\"parent_asin\":7,\"rating\":NaN,\"timestamp\":null}\n", 33)]
    [InlineData("jsonl", "{\"user\":\"a\",\"item\":7,\"rating\":4,\"time\":1000000020}\r\n{\"user\":\"\\u0061\",\"item\":\"x\",\"rating\":\"3\",\"time\":0,\"o\":[{}]}\n", 35)]
    public void Events_are_read_or_refused(string format, string valid, int seed)
    {
        SourceFormat reader = format == "jsonl" ? new JsonlFormat() : new AmazonFormat(int.Parse(format["amazon".Length..], null));
        using var writer = new EventLogWriter(_files.In("out"), "fuzzed", []);
        Fuzz(valid, seed, path => reader.ReadEvents(new ImportOptions(format, path, ""), new EventSink(writer, progress: null, CancellationToken.None)));
        Assert.True(writer.Events > 0);
    }

    private void Fuzz(string valid, int seed, Action<string> import)
    {
        var random = new Random(seed);
        byte[] bytes = Encoding.UTF8.GetBytes(valid);
        int read = 0, refused = 0;
        for (int input = 0; input < Inputs; input++)
        {
            string path = _files.Write("fuzzed", Change(bytes, random));
            try
            {
                import(path);
                read++;
            }
            catch (InvalidInputException e)
            {
                Assert.DoesNotContain('\n', e.Message);
                Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
                refused++;
            }
        }

        Assert.True(read > Inputs / 100 && refused > Inputs / 100, $"{read} read, {refused} refused");
    }

    /// <summary>One or two edits: bytes replaced, removed or repeated, or a piece put in.</summary>
    private static byte[] Change(byte[] valid, Random random)
    {
        var bytes = new List<byte>(valid);
        for (int change = random.Next(1, 3); change > 0; change--)
        {
            int at = random.Next(bytes.Count);
            int length = Math.Min(random.Next(1, 9), bytes.Count - at);
            switch (random.Next(6))
            {
                case 0: bytes.RemoveRange(at, length); break;
                case 1: bytes.InsertRange(at, bytes.GetRange(at, length)); break;
                case 2: bytes[at] = (byte)random.Next(256); break;
                case 3: bytes[at] = (byte)random.Next(' ', '~'); break;
                default: bytes.InsertRange(at, Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)])); break;
            }
        }

        return [.. bytes];
    }
}
