using Parquet;
using Parquet.Serialization;
using Tessera.Data.Importing;

namespace Tessera.Data.Tests.Importing;

/// <summary>Whatever becomes of the bytes of a file, it is read or refused in one sentence.</summary>
public sealed class ParquetFuzzTests : IDisposable
{
    private readonly TemporaryDirectory _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData(CompressionMethod.None, 11)]
    [InlineData(CompressionMethod.Snappy, 13)]
    public async Task Changed_files_are_read_or_refused(CompressionMethod compression, int seed)
    {
        byte[] valid = await Make(compression);
        var random = new Random(seed);
        int read = 0, refused = 0;
        for (int test = 0; test < 5_000; test++)
        {
            byte[] changed = Change(valid, random);
            string path = _files.Write("fuzzed.parquet", changed);
            try
            {
                using var file = new ParquetFile(path);
                file.ReadRows(file.Columns, RejectedRows.None, row => Assert.Equal(System.Text.Json.JsonValueKind.Object, row.ValueKind));
                read++;
            }
            catch (InvalidInputException e)
            {
                Assert.DoesNotContain('\n', e.Message);
                Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
                refused++;
            }
        }

        Assert.True(read > 100 && refused > 100, $"{read} read, {refused} refused");
    }

    /// <summary>A few bytes replaced, removed or repeated; in half of the cases in the description at the end, where most can go wrong.</summary>
    private static byte[] Change(byte[] valid, Random random)
    {
        var bytes = new List<byte>(valid);
        int description = BitConverter.ToInt32(valid, valid.Length - 8) + 8;
        for (int change = random.Next(1, 4); change > 0; change--)
        {
            int at = random.Next(2) == 0 ? random.Next(bytes.Count) : Math.Max(0, bytes.Count - 1 - random.Next(description));
            switch (random.Next(8))
            {
                case 0: bytes.RemoveRange(at, Math.Min(random.Next(1, 9), bytes.Count - at)); break;
                case 1: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 9), bytes.Count - at))); break;
                case 2: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 3: bytes[at] = 0xFF; break;
                default: bytes[at] = (byte)random.Next(256); break;
            }
        }

        return [.. bytes];
    }

    private static async Task<byte[]> Make(CompressionMethod compression)
    {
        using var content = new MemoryStream();
        Row[] rows =
        [
            .. Enumerable.Range(0, 12).Select(i => new Row
            {
                Id = $"i{i}", Number = i % 3 == 0 ? null : i, Share = i / 3.0, Time = DateTime.UnixEpoch.AddDays(i),
                Tags = i % 4 == 0 ? null : [.. Enumerable.Range(0, i % 4).Select(tag => $"tag {tag}")],
                Pictures = [new Picture { Large = $"{i}.jpg" }],
            }),
        ];
        await ParquetSerializer.SerializeAsync(rows, content, new ParquetOptions { RowGroupSize = 5, CompressionMethod = compression });
        return content.ToArray();
    }

    private sealed class Row
    {
        public string? Id { get; set; }

        public int? Number { get; set; }

        public double Share { get; set; }

        public DateTime Time { get; set; }

        public List<string>? Tags { get; set; }

        public List<Picture>? Pictures { get; set; }
    }

    private sealed class Picture
    {
        public string? Large { get; set; }
    }
}
