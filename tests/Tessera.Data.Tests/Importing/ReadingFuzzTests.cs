using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Tessera.Data.EventLogs;
using Tessera.Data.Importing;
using ZstdSharp;

namespace Tessera.Data.Tests.Importing;

/// <summary>Whatever stands in a file, no line of it is lost without a word: it is a record, listed as bad, or an error.</summary>
public sealed class ReadingFuzzTests : IDisposable
{
    private const int Inputs = 10_000;
    private static readonly string[] Separators = [",", ";", "\t", "|", "::", " ", "  ", ", "];
    private static readonly string[] Cells = ["1", "27", "3,5", "4.5", "ann", "x y", "", "NULL", "881250949", "1997-12-04 15:55:49", "B00É", "\"q\"", "\"a \"\"b\"\"\"", "\"", "user", "item", "é東"];
    private static readonly string[] Pieces = ["\"", "\n", "\r\n", "\n\n", ",", ";", "\t", "::", " ", "\uFEFF", "a", "1", "\u001F", "\0", "\"\n\"", "x\"y"];
    private readonly TemporaryDirectory _directory = new();

    private readonly Compressor _zstandard = new(level: 1);

    public ReadingFuzzTests() => _zstandard.SetParameter(ZstdSharp.Unsafe.ZSTD_cParameter.ZSTD_c_checksumFlag, 1);

    public void Dispose()
    {
        _zstandard.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Every_line_of_a_table_is_a_record_or_an_error()
    {
        var random = new Random(20_261);
        int read = 0, refused = 0;
        for (int input = 0; input < Inputs; input++)
        {
            byte[] content = Table(random);
            string path = _directory.Write("table", content);
            try
            {
                using var file = new DelimitedFile(path, new TableLayout { Header = random.Next(3) switch { 0 => null, 1 => false, _ => true }, Quotes = random.Next(4) switch { 0 => true, 1 => false, _ => null } });
                CheckLines(content, file);
                read++;
            }
            catch (InvalidInputException e)
            {
                CheckSentence(e);
                refused++;
            }
        }

        Assert.True(read > Inputs / 4 && refused > Inputs / 20, $"{read} read, {refused} refused");
    }

    [Fact]
    public void Every_line_of_events_is_an_event_or_rejected_or_an_error()
    {
        var random = new Random(20_263);
        string[] cells = ["1", "27", "ann", "x y", "", "4.5", "3,5", "many", "881250949", "long ago", "\u0007", "é"];
        int read = 0, refused = 0;
        for (int input = 0; input < Inputs / 10; input++)
        {
            bool isJson = random.Next(2) == 0;
            string[] lines = [.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => isJson ? Json(random, cells) : string.Join(';', Enumerable.Range(0, random.Next(20) == 0 ? 3 : 4).Select(_ => cells[random.Next(cells.Length)])))];
            string path = _directory.Write("events", (isJson ? "" : "user;item;rating;time\n") + string.Join('\n', lines) + "\n");
            using var writer = new EventLogWriter(_directory.In("log"), "log", [], capacity: 64);
            var rejected = new RejectedRows(8);
            var sink = new EventSink(writer, null, CancellationToken.None) { Rejected = rejected };
            try
            {
                if (isJson) JsonSource.ReadEvents(new ImportOptions("jsonl", path, ""), sink);
                else DelimitedSource.ReadEvents(new ImportOptions("csv", path, "") { Separator = ";" }, sink);
                Assert.Equal(lines.Count(line => line.Length > 0), writer.Events + rejected.Count);
                read++;
            }
            catch (InvalidInputException e)
            {
                CheckSentence(e);
                refused++;
            }
        }

        Assert.True(read > 50 && refused > 50, $"{read} read, {refused} refused");
    }

    [Fact]
    public void Times_are_read_as_they_were_written_or_refused()
    {
        var random = new Random(20_265);
        for (int input = 0; input < Inputs; input++)
        {
            DateTime time = DateTime.UnixEpoch.AddSeconds(random.NextInt64(0, 4_000_000_000));
            int offset = random.Next(-12, 15);
            long seconds = (long)(time - DateTime.UnixEpoch).TotalSeconds;
            (string text, long expected) = random.Next(8) switch
            {
                0 => ($"{seconds + 100_000_000}", seconds + 100_000_000),
                1 => ($"{(seconds + 200_000_000) * 1000}.{random.Next(1000)}", seconds + 200_000_000),
                2 => ($"{(seconds + 200_000_000) * 1_000_000}", seconds + 200_000_000),
                3 => ($"{(seconds + 200_000_000) * 1_000_000_000}", seconds + 200_000_000),
                4 => (time.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture), seconds),
                5 => (time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + "." + new string('7', random.Next(1, 15)), seconds),
                6 => (time.ToString("yyyy/M/d'T'HH:mm:ss", CultureInfo.InvariantCulture) + $" {(offset < 0 ? '-' : '+')}{Math.Abs(offset):00}{(random.Next(2) == 0 ? "" : ":30")}", seconds),
                _ => (time.ToString("yyyy.MM.dd", CultureInfo.InvariantCulture), seconds - (seconds % 86400)),
            };
            if (text.EndsWith(":30", StringComparison.Ordinal) && text.Length > 20) expected -= (offset < 0 ? -1 : 1) * 1800;
            if (text.Contains(" +", StringComparison.Ordinal) || text.Contains(" -", StringComparison.Ordinal)) expected -= 3600L * offset;
            Assert.True(SourceTime.TryParse(Encoding.UTF8.GetBytes(text), out long found), text);
            Assert.True(found == expected, $"{text}: {found}, not {expected}");

            char[] broken = text.ToCharArray();
            for (int edit = random.Next(1, 4); edit > 0; edit--) broken[random.Next(broken.Length)] = "0123456789:-+ TZ./,eé\0"[random.Next(22)];
            string other = new(broken);
            if (SourceTime.TryParse(Encoding.UTF8.GetBytes(other), out _) || SourceTime.IsAbsent(other)) continue;
            Assert.DoesNotContain('\n', SourceTime.Fault(other, null));
        }
    }

    [Fact]
    public void Encoded_and_compressed_texts_come_out_as_they_went_in_or_are_refused()
    {
        var random = new Random(20_267);
        string[] encodings = ["utf-8", "utf-16", "utf-16BE", "utf-32", "utf-32BE"];
        int refused = 0;
        for (int input = 0; input < Inputs; input++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 60)).Select(_ => Cells[random.Next(Cells.Length)] + (random.Next(3) == 0 ? "\n" : ",")));
            Encoding encoding = Encoding.GetEncoding(encodings[random.Next(encodings.Length)]);
            byte[] plain = [.. encoding.GetPreamble(), .. encoding.GetBytes(text)], stored = Compressed(plain, random.Next(4));
            Assert.Equal(text, Encoding.UTF8.GetString(Read(stored)).TrimStart('\uFEFF'));
            byte[] broken = random.Next(2) == 0 ? stored[..random.Next(stored.Length)] : [.. stored];
            if (broken.Length == stored.Length) broken[random.Next(broken.Length)] ^= (byte)random.Next(1, 256);
            try
            {
                byte[] found = Read(broken);
                bool isPacked = stored.Length != plain.Length || !stored.AsSpan().SequenceEqual(plain);
                if (isPacked && broken.Length > 4 && broken.AsSpan(0, 4).SequenceEqual(stored.AsSpan(0, 4))) Assert.Equal(text, Encoding.UTF8.GetString(found).TrimStart('\uFEFF'));
            }
            catch (InvalidInputException e)
            {
                CheckSentence(e);
                refused++;
            }
        }

        Assert.InRange(refused, Inputs / 4, Inputs);
    }

    private static byte[] Table(Random random)
    {
        string separator = Separators[random.Next(Separators.Length)], end = random.Next(2) == 0 ? "\n" : "\r\n";
        int columns = random.Next(1, 6);
        var text = new StringBuilder(random.Next(6) == 0 ? "\uFEFF" : "");
        if (random.Next(2) == 0) text.Append(string.Join(separator, new[] { "user", "item", "rating", "time", "note" }.Take(columns))).Append(end);
        for (int row = random.Next(0, 9); row > 0; row--) text.Append(string.Join(separator, Enumerable.Range(0, columns).Select(_ => Cells[random.Next(Cells.Length)]))).Append(row == 1 && random.Next(2) == 0 ? "" : end);
        for (int edit = random.Next(0, 3); edit > 0; edit--) text.Insert(random.Next(text.Length + 1), Pieces[random.Next(Pieces.Length)]);
        byte[] bytes = Encoding.UTF8.GetBytes(text.ToString());
        if (bytes.Length > 0 && random.Next(10) == 0) bytes[random.Next(bytes.Length)] = (byte)random.Next(0x80, 0x100);
        return bytes;
    }

    private static string Json(Random random, string[] cells)
    {
        string Cell() => cells[random.Next(cells.Length)].Replace("\u0007", "\\u0007", StringComparison.Ordinal);
        string line = $"{{\"user\":\"{Cell()}\",\"item\":\"{Cell()}\",\"rating\":4,\"time\":\"{(random.Next(5) == 0 ? Cell() : "881250949")}\"}}";
        return random.Next(8) == 0 ? line[..random.Next(line.Length)] : line;
    }

    /// <summary>Between two records, and after the last, stand blank lines and repeated headers alone.</summary>
    private static void CheckLines(byte[] content, DelimitedFile file)
    {
        string[] lines = [.. Encoding.Latin1.GetString(content).Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n', '\r').Select(line => line.Replace("ï»¿", "", StringComparison.Ordinal))];
        string? header = file.HasHeader ? lines.FirstOrDefault(line => line.Length > 0) : null;
        long next = -1;
        while (file.Read())
        {
            if (next >= 0) CheckGap(next, file.Line);
            next = file.Line + file.Lines;
        }

        if (next >= 0) CheckGap(next, lines.Length + 1);

        void CheckGap(long first, long end)
        {
            for (long line = first; line < end; line++)
            {
                string text = lines[line - 1];
                Assert.True(text.Trim(' ', '\t').Length == 0 || text == header, $"line {line} of {JsonSerializer.Serialize(Encoding.UTF8.GetString(content))}");
            }
        }
    }

    private static void CheckSentence(InvalidInputException e)
    {
        Assert.DoesNotContain('\n', e.Message);
        Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
    }

    private byte[] Read(byte[] content)
    {
        using var file = new Utf8File(_directory.Write("file", content));
        using var read = new MemoryStream();
        file.CopyTo(read);
        return read.ToArray();
    }

    private byte[] Compressed(byte[] content, int kind)
    {
        using var compressed = new MemoryStream();
        switch (kind)
        {
            case 0: return content;
            case 1: return ImportWorkplace.Gzip(content);
            case 2:
                return _zstandard.Wrap(content).ToArray();
            default:
                using (var archive = new ZipArchive(compressed, ZipArchiveMode.Create, leaveOpen: true))
                using (Stream entry = archive.CreateEntry("e.csv").Open())
                    entry.Write(content);
                break;
        }

        return compressed.ToArray();
    }
}
