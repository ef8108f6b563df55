using System.Security.Cryptography;
using Tessera.Compute.Tensors;
using Tessera.Data.Storage;

namespace Tessera.Data.Tests.Storage;

public sealed class SafetensorsMapTests : IDisposable
{
    private const int Rows = 9000, Columns = 64; // 2.3 MB, so that its bytes lie in three blocks
    private readonly TemporaryDirectory _folder = new();
    private readonly Matrix _matrix = new(Rows, Columns);

    public SafetensorsMapTests()
    {
        for (int i = 0; i < _matrix.Length; i++) _matrix.Span[i] = i;
        SafetensorsTensor[] tensors =
        [
            SafetensorsTensor.Of(("matrix", _matrix)), SafetensorsTensor.Of("numbers", new[] { 3, -1, int.MaxValue }),
            SafetensorsTensor.Of("none", Array.Empty<int>()), SafetensorsTensor.Of("bytes", "a\nü\n"u8.ToArray()),
        ];
        SafetensorsWriter.Write(FilePath, tensors, new Dictionary<string, string> { ["a"] = "b" });
        Sum();
    }

    private string FilePath => _folder.In("tensors.safetensors");

    public void Dispose()
    {
        _matrix.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void What_was_written_is_found_by_name_in_pieces_or_whole()
    {
        using var map = new SafetensorsMap(FilePath);

        Assert.Equal("b", map.Metadata["a"]);
        Assert.Equal(_matrix.Row(8999).ToArray(), map.Elements<float>(map.Require("matrix", "F32"), 8999L * Columns, Columns).ToArray());
        using (Matrix all = map.All(map.Require("matrix", "F32"))) Assert.True(_matrix.Span.SequenceEqual(all.Span));
        Assert.Equal([-1, int.MaxValue], map.Elements<int>(map.Require("numbers", "I32"), 1, 2).ToArray());
        Assert.Equal(0, map.Elements<int>(map.Require("none", "I32"), 0, 0).Length);
        Assert.True("a\nü\n"u8.SequenceEqual(map.Elements<byte>(map.Require("bytes", "U8"), 0, 5)));
        Assert.Null(map.Find("other", "F32"));
        Assert.Contains("holds no tensor 'other'", Assert.Throws<InvalidInputException>(() => map.Require("other", "F32")).Message, StringComparison.Ordinal);
        Assert.Contains("'bytes' as U8; expected I32", Assert.Throws<InvalidInputException>(() => map.Require("bytes", "I32")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => map.Elements<int>(map.Require("numbers", "I32"), 2, 2).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => map.Elements<int>(map.Require("numbers", "I32"), -1, 1).Length);
    }

    [Fact]
    public void Numbers_and_bytes_are_no_matrices()
    {
        Assert.Contains("'numbers' has the type 'I32'; expected F16, F32 or F64", Assert.Throws<InvalidInputException>(() => SafetensorsReader.Read(FilePath)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damage_is_found_when_its_block_is_looked_at()
    {
        byte[] whole = File.ReadAllBytes(FilePath);
        for (int block = 1; block < 3; block++)
        {
            byte[] damaged = [.. whole];
            damaged[(block << 20) + 5] ^= 1;
            File.WriteAllBytes(FilePath, damaged);
            using var map = new SafetensorsMap(FilePath);
            SafetensorsEntry matrix = map.Require("matrix", "F32");

            Assert.Equal(0f, map.Elements<float>(matrix, 0, 1)[0]);
            Assert.Contains(
                $"bytes {block << 20:N0} to ", Assert.Throws<InvalidInputException>(() => map.Elements<float>(matrix, (block << 20) / sizeof(float), 1).Length).Message, StringComparison.Ordinal);
            Assert.Throws<InvalidInputException>(() => map.All(matrix));
        }
    }

    [Fact]
    public void A_file_of_another_length_or_without_checksums_is_refused()
    {
        byte[] whole = File.ReadAllBytes(FilePath);
        foreach (byte[] content in new[] { [], whole[..5], whole[..^1], [.. whole, 0], whole[..(2 << 20)] })
        {
            File.WriteAllBytes(FilePath, content);
            Assert.Contains(FilePath, Assert.Throws<InvalidInputException>(() => new SafetensorsMap(FilePath)).Message, StringComparison.Ordinal);
            Sum();
            Assert.Contains(FilePath, Assert.Throws<InvalidInputException>(() => new SafetensorsMap(FilePath)).Message, StringComparison.Ordinal);
            File.WriteAllBytes(FilePath, whole);
            Sum();
        }

        Checksums.Write(_folder.Path, (Path.GetFileName(FilePath), Checksums.Of(FilePath)));
        Assert.Throws<InvalidInputException>(() => new SafetensorsMap(FilePath));
        File.Delete(_folder.In("SHA256SUMS"));
        Assert.Contains("SHA256SUMS", Assert.Throws<InvalidInputException>(() => new SafetensorsMap(FilePath)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_checksums_of_blocks_are_comments_in_the_list()
    {
        byte[] content = File.ReadAllBytes(FilePath);
        string[] expected =
        [
            $"{Convert.ToHexStringLower(SHA256.HashData(content))}  tensors.safetensors",
            .. content.Chunk(1 << 20).Select(block => $"# {Convert.ToHexStringLower(SHA256.HashData(block))}  next MiB of tensors.safetensors"),
        ];

        Assert.Equal(expected, File.ReadAllLines(_folder.In("SHA256SUMS")));
        Assert.Null(Checksums.FindDamage(_folder.Path, "tensors.safetensors"));
    }

    private void Sum() => Checksums.Write(_folder.Path, [(Path.GetFileName(FilePath), Checksums.Of(FilePath))], inBlocks: [Path.GetFileName(FilePath)]);
}
