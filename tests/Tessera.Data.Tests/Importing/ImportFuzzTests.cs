using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Tessera.Data.Importing;

namespace Tessera.Data.Tests.Importing;

/// <summary>Whatever a file holds, it is read or refused in one sentence; nothing else is thrown, and nothing is left of a refusal.</summary>
public sealed class ImportFuzzTests : IDisposable
{
    private static readonly byte[][] Pieces =
    [
        .. new[] { "\"", "'", "\\", ",", "\t", "\n", "\r\n", "{", "}", "[", "]", ":", "\uFEFF", "NaN", "-1", "1e999", "é", "\\ud800", "user", "null", "\0" }
            .Select(Encoding.UTF8.GetBytes),
        [0xFF], [0xC3], [0x1F, 0x8B],
    ];

    private readonly ImportWorkplace _work = new();

    public void Dispose() => _work.Dispose();

    [Theory]
    [InlineData("csv", "user,item,rating,time\na,x,4,1000000010\nb,\"y,\"\"z\",3.5,2024-01-01\nc,é,1,1583378629552\n", 101)]
    [InlineData("csv", "\uFEFFuser;item;note\r\na;x;\"n\r\nm\"\r\n\uFEFFb;y;\r\n", 103)]
    [InlineData("jsonl", "{\"user\":\"a\",\"item\":7,\"rating\":4,\"time\":1000000020}\r\n\uFEFF{\"user\":\"\\u0061\",\"item\":\"x\",\"rating\":\"3\",\"time\":0,\"o\":[{}]}\n", 105)]
    [InlineData("amazon2018", "{\"reviewerID\":\"A\",\"asin\":\"B\",\"overall\":5.0,\"unixReviewTime\":1382572800}\n", 107)]
    [InlineData("microlens", "user,item,timestamp\n36121,9580,1583378629552\n5,9580,1584000000000\n", 109)]
    [InlineData("recbole", "user_id:token\titem_id:token\trating:float\ttimestamp:float\n1\tx\t4.0\t881250949.0\n2\ty\t3\t1e9\n", 111)]
    public void Events_are_read_or_refused(string format, string valid, ulong seed)
    {
        Fuzz(Encoding.UTF8.GetBytes(valid), seed, path => _work.Run(format, path));
    }

    [Theory]
    [InlineData("csv", "item,title,image\n1,\"A\n\",a.jpg\n2,B,\n", 201)]
    [InlineData("csv", "{\"item\":1,\"title\":[\"A\",[\"b\"]],\"image\":\"a.jpg\"}\n{\"item\":\"2\",\"n\":{\"x\":1.5}}\n", 203)]
    [InlineData("amazon2014", "{'asin': '1', 'title': \"A's\", 'categories': [['x', u'y'], ('z',)], 'price': 1.5, 'n': None}\n{\"asin\":\"2\"}\n", 205)]
    [InlineData("amazon2018", "{\"asin\":\"1\",\"description\":[\"a\",\"b\"],\"imageURL\":[\"http://x/1.jpg\"]}\n", 207)]
    [InlineData("recbole", "item_id:token\ttitle:token_seq\tyear:float\n1\tA \"b\t1995\n", 209)]
    public void Item_tables_are_read_or_refused(string format, string valid, ulong seed)
    {
        string events = format switch
        {
            "csv" => _work.Directory.Write("e", "user,item\na,1\nb,2\n"),
            "recbole" => _work.Directory.Write("e", "user_id:token\titem_id:token\na\t1\nb\t2\n"),
            _ => _work.Directory.Write("e", "{\"reviewerID\":\"A\",\"asin\":\"1\",\"overall\":5.0,\"unixReviewTime\":1382572800}\n"),
        };
        _work.Directory.Write("a.jpg", "");
        Fuzz(Encoding.UTF8.GetBytes(valid), seed, path => _work.Run(format, events, path));
    }

    [Fact]
    public void Compressed_files_are_read_or_refused() =>
        Fuzz(ImportWorkplace.Gzip("user,item\na,x\nb,y\n"u8), 301, path => _work.Run("csv", path));

    [Fact]
    public void Image_features_are_read_or_refused()
    {
        string events = _work.Directory.Write("e", "{\"reviewerID\":\"A\",\"asin\":\"B000000001\",\"overall\":5.0,\"unixReviewTime\":1382572800}\n");
        byte[] features = [.. "B000000001"u8, .. new byte[4 * 4096]];
        Fuzz(features, 303, path => _work.Run("amazon2014", events, with: o => o with { ImageFeatures = path }), tests: 40);
    }

    [Theory]
    [InlineData("train.json", 401)]
    [InlineData("val.json", 403)]
    public void MMSSL_folders_are_read_or_refused(string file, ulong seed)
    {
        foreach (string other in new[] { "train.json", "val.json", "test.json" }) _work.Directory.Write(other, other[0] == 't' && other[1] == 'r' ? "{\"0\":[1]}" : "{}");
        Fuzz("{\"0\":[0,2],\"1\":[2]}"u8.ToArray(), seed, _ => _work.Run("mmssl", _work.Directory.Path), file);
    }

    private void Fuzz(byte[] valid, ulong seed, Func<string, ImportResult> import, string file = "fuzzed", int tests = 100)
    {
        Gen<byte[]> noise = Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf();
        Gen<byte[]> mutated = (from at in Gen.Choose(0, valid.Length) from cut in Gen.Choose(0, 3) from piece in Gen.OneOf(Gen.Elements(Pieces), noise) select (at, cut, piece))
            .ListOf(2).Select(edits => edits.Aggregate(valid, (bytes, edit) => Edit(bytes, edit.at, edit.cut, edit.piece)));
        int read = 0, refused = 0;
        Prop.ForAll(Gen.Frequency((1, noise), (9, mutated), (1, Gen.Constant(valid))).ToArbitrary(), content =>
        {
            string path = _work.Directory.Write(file, content);
            try
            {
                Assert.True(import(path).Events > 0);
                Directory.Delete(_work.Out, recursive: true);
                read++;
            }
            catch (InvalidInputException e)
            {
                Assert.DoesNotContain('\n', e.Message);
                Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
                Assert.False(Directory.Exists(_work.Out));
                refused++;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(tests).WithReplay(seed, 2 * seed + 1));
        Assert.True(read > 0 && refused > 0, $"{read} read, {refused} refused");
    }

    private static byte[] Edit(byte[] bytes, int at, int cut, byte[] piece)
    {
        at = Math.Min(at, bytes.Length);
        return [.. bytes[..at], .. piece, .. bytes[Math.Min(at + cut, bytes.Length)..]];
    }
}
