using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Tessera.Encoders.Tests.Images;

/// <summary>Makes PNG files, sound ones and unsound ones; filter types take turns from row to row.</summary>
internal sealed class PngBytes(int width, int height, int colorType, int depth)
{
    private static readonly int[][] Adam7 =
        [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]];

    public bool Interlaced { get; init; }

    public byte[]? Palette { get; init; }

    public byte[]? Transparency { get; init; }

    /// <summary>Bytes of each IDAT chunk.</summary>
    public int ChunkSize { get; init; } = 1000;

    /// <summary>Rows of zeros after those that the header announces.</summary>
    public int SurplusRows { get; init; }

    public static byte[] Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    public byte[] Of(Func<int, int, int[]> samples)
    {
        using var raw = new MemoryStream();
        int[][] passes = Interlaced ? Adam7 : [[0, 0, 1, 1]];
        foreach (int[] pass in passes) WritePass(raw, samples, pass);
        for (int row = 0; row < SurplusRows; row++) raw.Write(new byte[1 + (width * 8)]);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true)) raw.WriteTo(zlib);
        return Of(packed.ToArray());
    }

    /// <summary>The file with any bytes in place of the compressed pixels.</summary>
    public byte[] Of(byte[] packed)
    {
        IEnumerable<byte[]> data = packed.Chunk(ChunkSize).Select(part => Chunk("IDAT", part));
        return
        [
            .. Signature,
            .. Chunk("IHDR", [.. BigEndian(width), .. BigEndian(height), (byte)depth, (byte)colorType, 0, 0, (byte)(Interlaced ? 1 : 0)]),
            .. Chunk("tEXt", Encoding.ASCII.GetBytes("Title\0A test")),
            .. Palette is null ? [] : Chunk("PLTE", Palette),
            .. Transparency is null ? [] : Chunk("tRNS", Transparency),
            .. data.SelectMany(chunk => chunk),
            .. Chunk("IEND", []),
        ];
    }

    public static byte[] Chunk(string type, byte[] data)
    {
        byte[] typed = [.. Encoding.ASCII.GetBytes(type), .. data];
        return [.. BigEndian(data.Length), .. typed, .. BigEndian((int)Crc(typed))];
    }

    private void WritePass(MemoryStream raw, Func<int, int, int[]> samples, int[] pass)
    {
        int channels = colorType switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        int distance = Math.Max(1, channels * depth / 8);
        byte[] above = [];
        for (int y = pass[1], filter = 0; y < height; y += pass[3], filter = (filter + 1) % 5)
        {
            var bits = new StringBuilder();
            for (int x = pass[0]; x < width; x += pass[2])
            {
                foreach (int sample in samples(x, y)) bits.Append(Convert.ToString(sample, 2).PadLeft(depth, '0'));
            }

            if (bits.Length == 0) return;
            byte[] row = [.. bits.ToString().Chunk(8).Select(eight => Convert.ToByte(new string(eight).PadRight(8, '0'), 2))];
            if (above.Length == 0) above = new byte[row.Length];
            raw.WriteByte((byte)filter);
            for (int i = 0; i < row.Length; i++)
            {
                int left = i < distance ? 0 : row[i - distance], corner = i < distance ? 0 : above[i - distance];
                int[] predictions = [0, left, above[i], (left + above[i]) / 2, Paeth(left, above[i], corner)];
                raw.WriteByte((byte)(row[i] - predictions[filter]));
            }

            above = row;
        }
    }

    private static int Paeth(int left, int above, int corner) =>
        new[] { left, above, corner }.MinBy(candidate => Math.Abs(left + above - corner - candidate));

    private static byte[] BigEndian(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static uint Crc(byte[] data)
    {
        uint crc = ~0u;
        foreach (byte b in data)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xEDB88320 & (0 - (crc & 1)));
        }

        return ~crc;
    }
}
