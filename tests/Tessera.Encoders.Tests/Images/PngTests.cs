using System.IO.Compression;
using SkiaSharp;
using Tessera.Data;
using Tessera.Encoders.Images;

namespace Tessera.Encoders.Tests.Images;

public sealed class PngTests
{
    private const int Width = 11, Height = 13;

    public static TheoryData<int, int, bool> EveryKind()
    {
        var kinds = new TheoryData<int, int, bool>();
        foreach ((int type, int[] depths) in new[] { (0, new[] { 1, 2, 4, 8, 16 }), (2, [8, 16]), (3, [1, 2, 4, 8]), (4, [8, 16]), (6, [8, 16]) })
        {
            foreach (int depth in depths)
            {
                kinds.Add(type, depth, false);
                kinds.Add(type, depth, true);
            }
        }

        return kinds;
    }

    /// <summary>Samples of 16 bits may be cut or rounded to 8, and colors are rounded with their opacity and over white: 1 of 255 is left to each.</summary>
    [Theory]
    [MemberData(nameof(EveryKind))]
    public void Every_color_type_and_depth_is_decoded_in_rows_and_interlaced(int colorType, int depth, bool interlaced)
    {
        int highest = (1 << depth) - 1, channels = colorType switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        byte[] palette = [.. Enumerable.Range(0, 3 * Math.Min(256, highest + 1)).Select(i => (byte)(i * 37))];
        int[] At(int x, int y) => [.. Enumerable.Range(0, channels).Select(c => ((x * 7919) + (y * 104729) + (c * 1299709)) % (highest + 1))];
        var png = new PngBytes(Width, Height, colorType, depth) { Interlaced = interlaced, Palette = colorType == 3 ? palette : null, ChunkSize = 50 };

        TestPicture.AssertNear(
            TestPicture.PixelsOf(Width, Height, (x, y) =>
            {
                int[] samples = At(x, y);
                if (colorType == 3) return (palette[samples[0] * 3], palette[(samples[0] * 3) + 1], palette[(samples[0] * 3) + 2]);
                double alpha = channels is 2 or 4 ? Math.Round(samples[^1] * 255.0 / highest) : 255;
                int Shown(int sample) => (int)Math.Round(((Math.Round(sample * 255.0 / highest) * alpha) + (255 * (255 - alpha))) / 255);
                return channels < 3 ? (Shown(samples[0]), Shown(samples[0]), Shown(samples[0])) : (Shown(samples[0]), Shown(samples[1]), Shown(samples[2]));
            }),
            Decode(png.Of(At)),
            tolerance: (depth == 16 ? 1 : 0) + (channels is 2 or 4 ? 1 : 0));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 9)]
    [InlineData(5, 1)]
    [InlineData(1, 5)]
    public void Interlaced_images_smaller_than_a_tile_are_decoded(int width, int height)
    {
        byte[] png = new PngBytes(width, height, 0, 8) { Interlaced = true }.Of((x, y) => [(40 * x) + (10 * y)]);

        Assert.Equal(TestPicture.PixelsOf(width, height, (x, y) => ((40 * x) + (10 * y), (40 * x) + (10 * y), (40 * x) + (10 * y))), Decode(png));
    }

    [Fact]
    public void The_transparent_color_of_a_file_is_white()
    {
        byte[] gray = new PngBytes(3, 1, 0, 16) { Transparency = [0x12, 0x34] }.Of((x, _) => [x == 1 ? 0x1234 : 0x1235]);
        byte[] color = new PngBytes(2, 1, 2, 8) { Transparency = [0, 1, 0, 2, 0, 3] }.Of((x, _) => x == 0 ? [1, 2, 3] : [1, 2, 4]);

        Assert.Equal([0x12, 0x12, 0x12, 255, 255, 255, 0x12, 0x12, 0x12], Decode(gray));
        Assert.Equal([255, 255, 255, 1, 2, 4], Decode(color));
    }

    [Fact]
    public void Palette_entries_have_an_opacity_each_and_those_without_one_are_opaque()
    {
        var png = new PngBytes(3, 1, 3, 2) { Palette = [100, 0, 0, 0, 100, 0, 0, 0, 100], Transparency = [0, 51] };

        TestPicture.AssertNear([255, 255, 255, 204, 224, 204, 0, 0, 100], Decode(png.Of((x, _) => [x])), tolerance: 1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Compressed_bytes_after_the_last_row_change_nothing(bool interlaced)
    {
        var png = new PngBytes(4, 4, 2, 8) { Interlaced = interlaced };
        byte[] more = new PngBytes(4, 4, 2, 8) { Interlaced = interlaced, SurplusRows = 2 }.Of(At);

        Assert.Equal(Decode(png.Of(At)), Decode(more));

        static int[] At(int x, int y) => [x, y, 7];
    }

    [Fact]
    public void A_truncated_file_is_refused_unless_all_pixels_are_left()
    {
        byte[] png = new PngBytes(4, 4, 2, 8).Of((x, y) => [50 * x, 60 * y, 7]), pixels = Decode(png);
        int end = png.AsSpan().IndexOf("IEND"u8);

        for (int length = 0; length < end - 20; length++) Assert.Throws<InvalidInputException>(() => Decode(png[..length]));
        for (int length = end - 20; length < png.Length; length++)
        {
            try
            {
                Assert.Equal(pixels, Decode(png[..length]));
            }
            catch (InvalidInputException)
            {
                // What is missing may be needed by the decoder though not by the pixels.
            }
        }
    }

    [Fact]
    public void Damaged_pixels_are_refused()
    {
        Refused(new PngBytes(2, 2, 3, 8).Of((_, _) => [0]));
        Refused(new PngBytes(2, 2, 2, 4).Of((_, _) => [1, 1, 1]));
        Refused(new PngBytes(2, 2, 0, 8).Of([]));
        Refused(new PngBytes(2, 2, 0, 8).Of([1, 2, 3]));
        Refused(new PngBytes(2, 9, 0, 8).Of(Packed([0, 1, 2])));
        byte[] withDictionary = [0x78, 0xBB, .. Packed([0, 1, 2])[2..]];
        Refused(new PngBytes(2, 1, 0, 8).Of(withDictionary));
        Refused(new PngBytes(2, 1, 0, 8).Of(Packed([5, 1, 2])));
    }

    [Fact]
    public void More_pixels_than_the_header_says_are_left_out() =>
        Assert.Equal(new byte[300], Decode(new PngBytes(10, 10, 0, 8).Of(Packed(new byte[100_000_000]))));

    private static byte[] Decode(byte[] png)
    {
        using SKBitmap image = ImageFile.Decode(png, "a.png");
        return TestPicture.PixelsOf(image);
    }

    private static byte[] Packed(byte[] raw)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true)) zlib.Write(raw);
        return packed.ToArray();
    }

    private static void Refused(byte[] png)
    {
        InvalidInputException refusal = Assert.Throws<InvalidInputException>(() => Decode(png));
        Assert.StartsWith("Image 'a.png' is ", refusal.Message, StringComparison.Ordinal);
        Assert.EndsWith("; expected a whole PNG, JPEG, WebP, GIF or BMP image, so replace it.", refusal.Message, StringComparison.Ordinal);
    }
}
