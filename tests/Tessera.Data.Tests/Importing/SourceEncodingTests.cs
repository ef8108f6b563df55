using System.IO.Compression;
using System.Text;
using Tessera.Data.EventLogs;
using Tessera.Data.Importing;
using ZstdSharp;

namespace Tessera.Data.Tests.Importing;

/// <summary>Encodings and compressions of what is imported.</summary>
public sealed class SourceEncodingTests : IDisposable
{
    private readonly ImportWorkplace _work = new();

    public void Dispose() => _work.Dispose();

    public static TheoryData<string> Marked { get; } = ["utf-16", "utf-16BE", "utf-32", "utf-32BE", "utf-8"];

    [Theory]
    [MemberData(nameof(Marked))]
    public void A_byte_order_mark_tells_the_encoding_of_tables_and_json_lines(string name)
    {
        Encoding encoding = Encoding.GetEncoding(name);
        byte[] Marked(string text) => [.. encoding.GetPreamble(), .. encoding.GetBytes(text)];
        string events = _work.Directory.Write("e.csv", Marked("user,item\nJosé,1\n李雷,2\n")), items = _work.Directory.Write("i.jsonl", Marked("{\"item\":1,\"title\":\"Café 😀\"}\n{\"item\":2,\"title\":\"東京\"}\n"));
        var (_, read, records) = _work.Import("csv", events, items);
        Assert.Equal([("José", "1"), ("李雷", "2")], read.Select(e => (e.User, e.Item)));
        Assert.Equal(["Café 😀", "東京"], records.Select(record => record.Texts["title"]));
        Directory.Delete(_work.Out, recursive: true);
        events = _work.Directory.Write("e.jsonl", Marked("{\"user\":\"José\",\"item\":1}\n{\"user\":\"李雷\",\"item\":2}\n"));
        Assert.Equal(["José", "李雷"], _work.Import("jsonl", events, items).Events.Select(e => e.User));
    }

    [Theory]
    [InlineData("cp1252", "windows-1252", "Café – Müller“")]
    [InlineData("latin1", "iso-8859-1", "Misérables")]
    [InlineData("Latin-1", "iso-8859-1", "Misérables")]
    [InlineData("shift-jis", "shift_jis", "日本語ソ表")]
    [InlineData("GBK", "gbk", "简体中文")]
    [InlineData("gb18030", "gb18030", "简体中文")]
    [InlineData("windows-1251", "windows-1251", "Привет")]
    [InlineData("utf-16le", "utf-16", "é東")]
    public void Other_encodings_are_read_by_name(string name, string of, string text)
    {
        Encoding encoding = CodePagesEncodingProvider.Instance.GetEncoding(of) ?? Encoding.GetEncoding(of);
        string events = _work.Directory.Write("e.csv", encoding.GetBytes($"user,item\n{text},1\n")), items = _work.Directory.Write("i.jsonl", encoding.GetBytes($"{{\"item\":1,\"title\":\"{text}\"}}\n"));
        var (_, read, records) = _work.Import("csv", events, items, o => o with { Encoding = name, UserColumn = "user" });
        Assert.Equal((text.Trim(), text), (read.Single().User, records.Single().Texts["title"]));
    }

    [Theory]
    [InlineData("windows-1252", "Café Müller – “naïve” façade\n", "windows-1252")]
    [InlineData("shift_jis", "こんにちは世界、日本語のテキストです\n", "shift_jis")]
    [InlineData("gb18030", "你好世界，这是简体中文文本\n", "gb18030")]
    [InlineData("windows-1251", "Привет мир это текст на русском языке\n", "windows-1251")]
    public void The_message_names_the_likely_encoding_and_that_one_works(string name, string text, string likely)
    {
        byte[] row = CodePagesEncodingProvider.Instance.GetEncoding(name)!.GetBytes(text);
        string events = _work.Directory.Write("e.csv", "user,item\na,1\nb,2\nc,3\n");
        string items = _work.Directory.Write("i.csv", [.. "item\ttitle\n1\tplain\n2\t"u8, .. row, .. "3\t"u8, .. row]);
        Assert.Equal(
            $"Line 3 of '{items}' is not valid UTF-8 and looks like {likely}; expected UTF-8, so give --encoding {likely}, or the encoding it has.",
            _work.Refusal("csv", events, items));
        Assert.Equal(text.TrimEnd(), _work.Import("csv", events, items, o => o with { Encoding = likely }).Items[2].Texts["title"]);
    }

    [Fact]
    public void A_file_is_examined_once_however_many_rows_are_not_UTF_8()
    {
        string path = _work.Directory.Write("e.csv", [.. "user,item\n"u8, 0xE9, .. ",1\n"u8, 0xE9, .. ",2\n"u8]);
        using var table = new DelimitedFile(path);
        using var lines = new LineFile(path);
        using var writer = new EventLogWriter(_work.Out, "e", []);
        var sink = new EventSink(writer, null, CancellationToken.None);
        string first = Refusals();
        File.WriteAllText(path, "user,item\n");
        Assert.Equal(first, Refusals());
        Assert.Contains("looks like windows-1252", first, StringComparison.Ordinal);

        string Refusals()
        {
            Assert.True(table.Read());
            return string.Join('\n', new Action[] { () => table.Text(0), () => lines.Check([0xE9]), () => sink.Add(path, 1, [0xE9], "1"u8, 1, 0) }
                .Select(refused => Assert.Throws<InvalidInputException>(refused).Message.Replace($"Line {table.Line} ", "", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void What_is_not_of_its_encoding_is_refused()
    {
        string events = _work.Directory.Write("e.csv", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("user,item\na,"), 0x00, 0xD8, .. Encoding.Unicode.GetBytes("x\n")]);
        Assert.Equal(
            $"'{events}' is not valid utf-16; expected a text of one encoding, so give the one it has with --encoding, or convert the file.", _work.Refusal("csv", events));
        events = _work.Directory.Write("e.csv", [.. "user,item\na,"u8, 0x81, .. "\n"u8]);
        Assert.Contains("is not valid", _work.Refusal("csv", events, with: o => o with { Encoding = "shift-jis" }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("utf-16le")]
    [InlineData("utf-16be")]
    public void UTF_16_without_a_mark_is_refused_by_name(string name)
    {
        string events = _work.Directory.Write("e.csv", Encoding.GetEncoding(name == "utf-16le" ? "utf-16" : "utf-16BE").GetBytes("user,item\né,b\n"));
        Assert.Equal($"'{events}' looks like UTF-16 without a byte order mark; expected UTF-8, so give --encoding {name}.", _work.Refusal("csv", events));
        Assert.Equal("é", _work.Import("csv", events, with: o => o with { Encoding = name }).Events.Single().User);
    }

    [Fact]
    public void A_wrong_encoding_is_told_where_the_text_is_surely_UTF_8()
    {
        string events = _work.Directory.Write("e.csv", "user,item\na,1\n"), items = _work.Directory.Write("i.csv", "item,title\n1,Café\n");
        Assert.Contains("i.csv looks like UTF-8 and was read as windows-1252, as --encoding says.", _work.Run("csv", events, items, o => o with { Encoding = "latin1" }).Notices);
    }

    [Fact]
    public void Latin_1_is_read_with_the_letters_that_browsers_see_in_it()
    {
        string events = _work.Directory.Write("e.csv", "user,item\na,1\n");
        string items = _work.Directory.Write("i.csv", [.. "item,title\n1,5 "u8, 0x80, (byte)'\n']);
        Assert.Equal("5 €", _work.Import("csv", events, items, with: o => o with { Encoding = "iso-8859-1" }).Items[0].Texts["title"]);
    }

    [Fact]
    public void Files_that_are_no_texts_are_named()
    {
        string parquet = _work.Directory.Write("e.parquet", "PAR1 and what follows");
        Assert.Equal($"'{parquet}' is a Parquet file; expected a text, so import it with --format parquet.", _work.Refusal("csv", parquet));
        string workbook = _work.Directory.In("e.xlsx");
        using (ZipArchive zip = ZipFile.Open(workbook, ZipArchiveMode.Create)) zip.CreateEntry("[Content_Types].xml");
        Assert.Equal($"'{workbook}' is a workbook such as Excel's; expected a table as text, so save it as CSV and name that file.", _work.Refusal("csv", workbook));
    }

    [Fact]
    public void Unknown_encodings_are_refused()
    {
        string events = _work.Directory.Write("e.csv", "user,item\na,b\n");
        Assert.Equal(
            "There is no encoding 'klingon'; expected a name such as utf-16, windows-1252, latin1, shift-jis or gbk for --encoding.",
            _work.Refusal("csv", events, with: o => o with { Encoding = "klingon" }));
        Assert.Contains("There is no encoding 'utf-7'", _work.Refusal("csv", events, with: o => o with { Encoding = "utf-7" }), StringComparison.Ordinal);
    }

    [Fact]
    public void Zstandard_and_zip_are_known_by_their_content()
    {
        byte[] content = Encoding.UTF8.GetBytes("user,item\n" + string.Concat(Enumerable.Range(0, 50_000).Select(i => $"u{i % 700},i{i % 91}\n")));
        foreach (byte[] compressed in new[] { Zstandard(content), Zip(("ratings.csv", content)), Zip(("a/", []), ("a/ratings.csv", content), ("__MACOSX/a/._ratings.csv", [1, 2])) })
        {
            var result = _work.Run("csv", _work.Directory.Write("ratings", compressed));
            Assert.Equal((700, 91, 50_000L), (result.Users, result.Items, result.Events));
            Directory.Delete(_work.Out, recursive: true);
        }

        byte[] two = [.. Zstandard("user,item\n"u8), .. Zstandard("a,b\n"u8)];
        Assert.Equal(1, _work.Run("jsonl", _work.Directory.Write("e", Zstandard("{\"user\":1,\"item\":2}"u8))).Events);
        Directory.Delete(_work.Out, recursive: true);
        Assert.Equal(1, _work.Run("csv", _work.Directory.Write("e", two)).Events);
    }

    [Fact]
    public void A_compressed_text_may_be_of_another_encoding()
    {
        byte[] content = [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("user;item\né;x\n")];
        Assert.Equal("é", _work.Import("csv", _work.Directory.Write("e.zip", Zip(("e.csv", content)))).Events.Single().User);
    }

    [Fact]
    public void A_zip_archive_of_several_files_or_none_is_refused()
    {
        string path = _work.Directory.Write("e.zip", Zip([.. Enumerable.Range(1, 7).Select(i => ($"part{i}.csv", "user,item\n"u8.ToArray()))]));
        Assert.Equal(
            $"'{path}' is a zip archive of 7 files ('part1.csv', 'part2.csv', 'part3.csv', 'part4.csv', 'part5.csv', …); expected exactly one, so unpack it and name the file.",
            _work.Refusal("csv", path));
        path = _work.Directory.Write("e.zip", Zip());
        Assert.Contains("is a zip archive of no file; expected exactly one", _work.Refusal("csv", path), StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_archives_are_refused()
    {
        byte[] content = Encoding.UTF8.GetBytes("user,item\n" + string.Concat(Enumerable.Range(0, 2000).Select(i => $"{i * 7919L % 10007},{i * 31L % 1009}\n")));
        foreach ((string kind, byte[] whole) in new[] { ("Zstandard", Zstandard(content)), ("zip", Zip(("e.csv", content))), ("zip", Zip(CompressionLevel.NoCompression, ("e.csv", content))) })
        {
            string message = _work.Refusal("csv", _work.Directory.Write("e", whole[..(whole.Length / 2)]));
            Assert.Contains($"is a damaged {kind} file (", message, StringComparison.Ordinal);
            Assert.EndsWith("expected a whole one, so copy or download it again.", message, StringComparison.Ordinal);
            byte[] changed = [.. whole];
            changed[whole.Length / 2] ^= 0x15;
            message = _work.Refusal("csv", _work.Directory.Write("e", changed));
            Assert.True(kind == "Zstandard" || message.Contains($"is a damaged {kind} file (", StringComparison.Ordinal), message);
        }
    }

    private static byte[] Zstandard(ReadOnlySpan<byte> content)
    {
        using var compressed = new MemoryStream();
        using (var stream = new CompressionStream(compressed, level: 3, leaveOpen: true))
        {
            stream.SetParameter(ZstdSharp.Unsafe.ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
            stream.Write(content);
        }

        return compressed.ToArray();
    }

    private static byte[] Zip(params (string Name, byte[] Content)[] files) => Zip(CompressionLevel.Optimal, files);

    private static byte[] Zip(CompressionLevel level, params (string Name, byte[] Content)[] files)
    {
        using var compressed = new MemoryStream();
        using (var archive = new ZipArchive(compressed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in files)
            {
                using Stream entry = archive.CreateEntry(name, level).Open();
                entry.Write(content);
            }
        }

        return compressed.ToArray();
    }
}
