using System.IO.Compression;
using Tessera.Compute.Ops;
using Tessera.Data;
using Tessera.Encoders.Images;

namespace Tessera.Encoders.Tests.Images;

public sealed class PngDecoderTests
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

    [Theory]
    [MemberData(nameof(EveryKind))]
    public void Every_color_type_and_depth_is_decoded_in_rows_and_interlaced(int colorType, int depth, bool interlaced)
    {
        int highest = (1 << depth) - 1, channels = colorType switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        byte[] palette = [.. Enumerable.Range(0, 3 * Math.Min(256, highest + 1)).Select(i => (byte)(i * 37))];
        int[] At(int x, int y) => [.. Enumerable.Range(0, channels).Select(c => ((x * 7919) + (y * 104729) + (c * 1299709)) % (highest + 1))];
        var png = new PngBytes(Width, Height, colorType, depth) { Interlaced = interlaced, Palette = colorType == 3 ? palette : null, ChunkSize = 50 };

        RgbImage image = ImageDecoder.Decode(png.Of(At), "a.png");

        Assert.Equal((Width, Height), (image.Width, image.Height));
        Assert.Equal(
            TestPicture.PixelsOf(Width, Height, (x, y) =>
            {
                int[] samples = At(x, y);
                if (colorType == 3) return (palette[samples[0] * 3], palette[(samples[0] * 3) + 1], palette[(samples[0] * 3) + 2]);
                double alpha = channels is 2 or 4 ? Math.Round(samples[^1] * 255.0 / highest) : 255;
                int Shown(int sample) => (int)Math.Round(((Math.Round(sample * 255.0 / highest) * alpha) + (255 * (255 - alpha))) / 255);
                return channels < 3 ? (Shown(samples[0]), Shown(samples[0]), Shown(samples[0])) : (Shown(samples[0]), Shown(samples[1]), Shown(samples[2]));
            }),
            image.Pixels.ToArray());
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 9)]
    [InlineData(5, 1)]
    [InlineData(1, 5)]
    public void Interlaced_images_smaller_than_a_tile_are_decoded(int width, int height)
    {
        byte[] png = new PngBytes(width, height, 0, 8) { Interlaced = true }.Of((x, y) => [(40 * x) + (10 * y)]);

        RgbImage image = ImageDecoder.Decode(png, "a.png");

        Assert.Equal(TestPicture.PixelsOf(width, height, (x, y) => ((40 * x) + (10 * y), (40 * x) + (10 * y), (40 * x) + (10 * y))), image.Pixels.ToArray());
    }

    [Fact]
    public void The_transparent_color_of_a_file_is_white()
    {
        byte[] gray = new PngBytes(3, 1, 0, 16) { Transparency = [0x12, 0x34] }.Of((x, _) => [x == 1 ? 0x1234 : 0x1235]);
        byte[] color = new PngBytes(2, 1, 2, 8) { Transparency = [0, 1, 0, 2, 0, 3] }.Of((x, _) => x == 0 ? [1, 2, 3] : [1, 2, 4]);

        Assert.Equal([0x12, 0x12, 0x12, 255, 255, 255, 0x12, 0x12, 0x12], ImageDecoder.Decode(gray, "a.png").Pixels.ToArray());
        Assert.Equal([255, 255, 255, 1, 2, 4], ImageDecoder.Decode(color, "a.png").Pixels.ToArray());
    }

    [Fact]
    public void Palette_entries_have_an_opacity_each_and_those_without_one_are_opaque()
    {
        var png = new PngBytes(3, 1, 3, 2) { Palette = [100, 0, 0, 0, 100, 0, 0, 0, 100], Transparency = [0, 51] };

        RgbImage image = ImageDecoder.Decode(png.Of((x, _) => [x]), "a.png");

        Assert.Equal([255, 255, 255, 204, 224, 204, 0, 0, 100], image.Pixels.ToArray());
    }

    [Fact]
    public void Every_changed_byte_is_noticed_but_for_those_that_are_no_part_of_the_image()
    {
        byte[] png = new PngBytes(4, 4, 2, 8).Of((x, y) => [x, y, 7]);
        byte[] pixels = ImageDecoder.Decode(png, "a.png").Pixels.ToArray();
        int text = png.AsSpan().IndexOf("tEXt"u8), end = png.AsSpan().IndexOf("IDAT"u8) - 4;

        for (int i = 0; i < png.Length; i++)
        {
            byte[] changed = [.. png];
            changed[i] ^= 0x10;
            if (i >= text && i < end) Assert.Equal(pixels, ImageDecoder.Decode(changed, "a.png").Pixels.ToArray());
            else Assert.Throws<InvalidInputException>(() => ImageDecoder.Decode(changed, "a.png"));
        }
    }

    [Fact]
    public void A_damaged_transparency_is_left_out()
    {
        byte[] png = new PngBytes(2, 1, 2, 8) { Transparency = [0, 1, 0, 2, 0, 3] }.Of((_, _) => [1, 2, 3]);
        png[png.AsSpan().IndexOf("tRNS"u8) + 5] ^= 0x10;

        Assert.Equal([1, 2, 3, 1, 2, 3], ImageDecoder.Decode(png, "a.png").Pixels.ToArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Compressed_bytes_after_the_last_row_change_nothing(bool interlaced)
    {
        var png = new PngBytes(4, 4, 2, 8) { Interlaced = interlaced };
        byte[] more = new PngBytes(4, 4, 2, 8) { Interlaced = interlaced, SurplusRows = 2 }.Of(At);

        Assert.Equal(ImageDecoder.Decode(png.Of(At), "a.png").Pixels.ToArray(), ImageDecoder.Decode(more, "a.png").Pixels.ToArray());

        static int[] At(int x, int y) => [x, y, 7];
    }

    [Fact]
    public void Every_truncation_is_noticed()
    {
        byte[] png = new PngBytes(4, 4, 2, 8).Of((x, y) => [x, y, 7]);

        for (int length = 0; length < png.Length; length++)
            Assert.Throws<InvalidInputException>(() => ImageDecoder.Decode(png.AsSpan(0, length), "a.png"));
    }

    [Fact]
    public void Damage_that_checksums_do_not_show_is_named()
    {
        Refused(new PngBytes(2, 2, 3, 8).Of((_, _) => [0]), "its palette is missing");
        Refused(new PngBytes(2, 2, 3, 8) { Palette = [1, 2, 3] }.Of((_, _) => [1]), "it uses color 1 of a palette of 1");
        Refused(new PngBytes(2, 2, 3, 8) { Palette = [1, 2, 3, 4] }.Of((_, _) => [1]), "it has a chunk that cannot be read");
        Refused(new PngBytes(2, 2, 6, 8) { Transparency = [0, 1] }.Of((_, _) => [1, 1, 1, 1]), "it has a chunk that cannot be read");
        Refused(new PngBytes(2, 2, 2, 4).Of((_, _) => [1, 1, 1]), "it has color type 2, 4 bits a sample");
        Refused(new PngBytes(2, 2, 0, 8).Of([]), "its pixels are missing");
        Refused(new PngBytes(2, 2, 0, 8).Of([1, 2, 3]), "its pixels are truncated or not as they were compressed");
        Refused(new PngBytes(2, 9, 0, 8).Of(Packed([0, 1, 2])), "its pixels are truncated or not as they were compressed");
        byte[] withDictionary = [0x78, 0xBB, .. Packed([0, 1, 2])[2..]];
        Refused(new PngBytes(2, 1, 0, 8).Of(withDictionary), "its pixels are truncated or not as they were compressed");
        Refused(new PngBytes(2, 1, 0, 8).Of(Packed([5, 1, 2])), "it has a row of filter type 5");
    }

    [Fact]
    public void More_pixels_than_the_header_says_are_left_out_without_inflating_them()
    {
        byte[] bomb = new PngBytes(10, 10, 0, 8).Of(Packed(new byte[100_000_000]));
        _ = ImageDecoder.Decode(bomb, "bomb.png");

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(new byte[300], ImageDecoder.Decode(bomb, "bomb.png").Pixels.ToArray());

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    private static byte[] Packed(byte[] raw)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true)) zlib.Write(raw);
        return packed.ToArray();
    }

    private static void Refused(byte[] png, string how)
    {
        InvalidInputException refusal = Assert.Throws<InvalidInputException>(() => ImageDecoder.Decode(png, "a.png"));
        Assert.StartsWith($"Image 'a.png' is a damaged PNG file: {how}", refusal.Message, StringComparison.Ordinal);
        Assert.EndsWith("; expected a whole PNG, JPEG or WebP image, so replace it.", refusal.Message, StringComparison.Ordinal);
    }
}
