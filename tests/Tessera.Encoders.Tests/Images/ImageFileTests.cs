using System.Text;
using SkiaSharp;
using Tessera.Data;
using Tessera.Encoders.Images;

namespace Tessera.Encoders.Tests.Images;

public sealed class ImageFileTests
{
    private const string Remedy = "; expected a whole PNG, JPEG, WebP, GIF or BMP image, so replace it.";

    /// <summary>The mean difference of lossy files, as compression and conversion of colors leave it, is under 2 % of 255.</summary>
    [Theory]
    [InlineData("baseline.jpg", 5)]
    [InlineData("progressive.jpg", 5)]
    [InlineData("sampled-3x1.jpg", 5)]
    [InlineData("cmyk.jpg", 5)]
    [InlineData("ycck.jpg", 5)]
    [InlineData("lossy.webp", 5)]
    [InlineData("lossless.webp", 0)]
    [InlineData("picture.bmp", 0)]
    public void A_file_shows_the_picture_it_was_made_of(string file, double difference)
    {
        using SKBitmap image = ImageFile.Decode(TestPicture.Fixture(file), file);

        Assert.Equal((TestPicture.Width, TestPicture.Height), (image.Width, image.Height));
        Assert.InRange(TestPicture.Difference(TestPicture.Pixels, TestPicture.PixelsOf(image)), 0, difference);
    }

    [Theory]
    [InlineData("animated.gif")]
    [InlineData("animated.webp")]
    public void An_animation_shows_its_first_frame(string file)
    {
        using SKBitmap image = ImageFile.Decode(TestPicture.Fixture(file), file);

        byte[] first = TestPicture.PixelsOf(TestPicture.Width, TestPicture.Height, file == "animated.gif" ? Rounded : TestPicture.At);
        Assert.InRange(TestPicture.Difference(first, TestPicture.PixelsOf(image)), 0, file == "animated.gif" ? 0 : 5);

        static (int, int, int) Rounded(int x, int y)
        {
            (int red, int green, int blue) = TestPicture.At(x, y);
            return ((red + 25) / 51 * 51, (green + 25) / 51 * 51, (blue + 25) / 51 * 51);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Every_orientation_is_applied(byte orientation)
    {
        const int Place = 0x1F, Right = TestPicture.Width - 1, Bottom = TestPicture.Height - 1;
        byte[] jpeg = TestPicture.Fixture("rotated.jpg");
        Assert.Equal(6, jpeg[Place]);
        jpeg[Place] = orientation;

        using SKBitmap image = ImageFile.Decode(jpeg, "a.jpg");

        byte[] upright = TestPicture.PixelsOf(image.Width, image.Height, (x, y) => orientation switch
        {
            1 => TestPicture.At(x, y),
            2 => TestPicture.At(Right - x, y),
            3 => TestPicture.At(Right - x, Bottom - y),
            4 => TestPicture.At(x, Bottom - y),
            5 => TestPicture.At(y, x),
            6 => TestPicture.At(y, Bottom - x),
            7 => TestPicture.At(Right - y, Bottom - x),
            _ => TestPicture.At(Right - y, x),
        });
        Assert.Equal(orientation < 5, image.Width == TestPicture.Width);
        Assert.InRange(TestPicture.Difference(upright, TestPicture.PixelsOf(image)), 0, 5);
    }

    [Fact]
    public void A_grayscale_JPEG_has_three_equal_channels()
    {
        byte[] luma = TestPicture.PixelsOf(TestPicture.Width, TestPicture.Height, (x, y) =>
        {
            (int red, int green, int blue) = TestPicture.At(x, y);
            int gray = (int)Math.Round((0.299 * red) + (0.587 * green) + (0.114 * blue));
            return (gray, gray, gray);
        });

        using SKBitmap image = ImageFile.Decode(TestPicture.Fixture("grayscale.jpg"), "grayscale.jpg");

        byte[] pixels = TestPicture.PixelsOf(image);
        Assert.InRange(TestPicture.Difference(luma, pixels), 0, 3);
        Assert.All(pixels.Chunk(3), pixel => Assert.True(pixel[0] == pixel[1] && pixel[1] == pixel[2]));
    }

    /// <summary>Colors are multiplied by their opacity, rounded, and laid over white, rounded again: 1 of 255 is left to that.</summary>
    [Fact]
    public void Transparent_WebP_pixels_are_laid_over_white()
    {
        byte[] expected = TestPicture.PixelsOf(TestPicture.Width, TestPicture.Height, (x, y) =>
        {
            int alpha = x < 48 ? 255 : x < 72 ? 0 : 128;
            int Shown(int channel) => (int)Math.Round(((channel * alpha) + (255.0 * (255 - alpha))) / 255);
            (int red, int green, int blue) = TestPicture.At(x, y);
            return (Shown(red), Shown(green), Shown(blue));
        });

        using SKBitmap image = ImageFile.Decode(TestPicture.Fixture("transparent.webp"), "transparent.webp");

        TestPicture.AssertNear(expected, TestPicture.PixelsOf(image), tolerance: 1);
    }

    [Theory]
    [InlineData("baseline.jpg")]
    [InlineData("progressive.jpg")]
    [InlineData("cmyk.jpg")]
    [InlineData("rotated.jpg")]
    [InlineData("lossy.webp")]
    [InlineData("lossless.webp")]
    [InlineData("transparent.webp")]
    [InlineData("animated.webp")]
    [InlineData("animated.gif")]
    [InlineData("picture.bmp")]
    public void A_truncated_file_is_refused_unless_the_whole_picture_is_left(string file)
    {
        byte[] whole = TestPicture.Fixture(file), pixels = Pixels(whole);
        int refused = 0;

        for (int length = 0; length < whole.Length; length += 1 + (length / 60))
        {
            try
            {
                Assert.True(pixels.AsSpan().SequenceEqual(Pixels(whole[..length])), $"{length} of {whole.Length} bytes show something else.");
            }
            catch (InvalidInputException refusal)
            {
                Assert.StartsWith($"Image '{file}' ", refusal.Message, StringComparison.Ordinal);
                refused++;
            }
        }

        Assert.InRange(refused, 50, int.MaxValue);

        byte[] Pixels(byte[] bytes)
        {
            using SKBitmap image = ImageFile.Decode(bytes, file);
            return image.Bytes;
        }
    }

    [Theory]
    [InlineData(10_000, 10_000, "10,000 x 10,000")]
    [InlineData(64_001, 1_000, "64,001 x 1,000")]
    [InlineData(65_536, 1, "65,536 x 1")]
    public void An_image_too_large_is_refused_by_its_header(int width, int height, string size)
    {
        byte[] png = new PngBytes(width, height, 2, 8).Of([1]);

        Assert.Equal(
            $"Image 'a.jpg' has {size} pixels by its header; expected at most 64,000,000 in all and 65,535 on a side, so save it smaller.",
            Refusal(png));
    }

    [Fact]
    public void Bombs_of_every_format_are_refused_before_their_pixels_are_decoded()
    {
        byte[] jpeg = TestPicture.Fixture("baseline.jpg");
        int frame = jpeg.AsSpan().IndexOf([(byte)0xFF, (byte)0xC0]);
        jpeg.AsSpan(frame + 5, 4).Fill(0xFF);
        byte[] gif = [.. "GIF89a"u8, 0xFF, 0xFF, 0xFF, 0xFF, .. TestPicture.Fixture("animated.gif")[10..]];
        byte[] lossless = TestPicture.Fixture("lossless.webp");
        int sides = lossless.AsSpan().IndexOf("VP8L"u8) + 9;
        (lossless[sides], lossless[sides + 1], lossless[sides + 2]) = (0xFF, 0xFF, 0xFF);
        lossless[sides + 3] |= 0x0F;
        byte[] png = new PngBytes(-1, -1, 2, 8).Of([1]), bmp = TestPicture.Fixture("picture.bmp");
        bmp.AsSpan(18, 2).Fill(0xFF);
        bmp.AsSpan(22, 2).Fill(0xFF);
        long before = Environment.WorkingSet;

        foreach (byte[] bomb in new[] { jpeg, gif, lossless, png, bmp }) Assert.StartsWith("Image 'a.jpg' ", Refusal(bomb), StringComparison.Ordinal);
        Assert.Contains("65,500 x 65,500 pixels by its header", Refusal([.. jpeg[..(frame + 5)], 0xFF, 0xDC, 0xFF, 0xDC, .. jpeg[(frame + 9)..]]), StringComparison.Ordinal);
        Assert.Contains("65,535 x 65,535 pixels by its header", Refusal(gif), StringComparison.Ordinal);
        Assert.Contains("16,384 x 16,384 pixels by its header", Refusal(lossless), StringComparison.Ordinal);
        Assert.InRange(Environment.WorkingSet - before, long.MinValue, 200_000_000);
    }

    [Fact]
    public void What_is_no_image_is_refused_in_one_sentence()
    {
        Assert.Equal("Image 'a.jpg' has 0 bytes" + Remedy, Refusal([]));
        Assert.Equal("Image 'a.jpg' is no image, or its header is damaged" + Remedy, Refusal(Encoding.ASCII.GetBytes("<html>404 Not Found</html>")));
        Assert.Equal("Image 'a.jpg' is no image, or its header is damaged" + Remedy, Refusal("GIF89a\0\0\0"u8));
        Assert.Equal("Image 'a.jpg' is no image, or its header is damaged" + Remedy, Refusal(TestPicture.Png().AsSpan(0, 20)));
        Assert.Equal("Image 'a.jpg' is no image, or its header is damaged" + Remedy, Refusal("RIFF\0\0\0\0WEBPVP8 "u8));
        Assert.Equal("Image 'a.jpg' is no image, or its header is damaged" + Remedy, Refusal([0xFF, 0xD8, 0xFF, 0xD9, 0, 0]));
        Assert.Equal("Image 'a.jpg' is no image, or its header is damaged" + Remedy, Refusal(new PngBytes(0, 5, 2, 8).Of([1])));
        Assert.Equal("Image 'a.jpg' is truncated" + Remedy, Refusal(TestPicture.Fixture("baseline.jpg").AsSpan(0, 1500)));
    }

    [Theory]
    [InlineData("baseline.jpg")]
    [InlineData("progressive.jpg")]
    public void What_follows_the_end_of_a_JPEG_is_no_part_of_it_and_a_scan_without_data_is_none(string file)
    {
        byte[] jpeg = TestPicture.Fixture(file);
        using SKBitmap alone = ImageFile.Decode(jpeg, "a.jpg");
        using SKBitmap followed = ImageFile.Decode([.. jpeg, .. "MotionPhoto_Data"u8, 0xFF, 0xDA, 0, 2, 1, 0xFF, 0xD9, 0xFF, 0xDA, 7], "a.jpg");
        Assert.Equal(alone.Bytes, followed.Bytes);

        int scan = jpeg.AsSpan().IndexOf<byte>([0xFF, 0xDA]) + 2;
        int data = scan + ((jpeg[scan] << 8) | jpeg[scan + 1]);
        Assert.Equal("Image 'a.jpg' is truncated" + Remedy, Refusal([.. jpeg[..data], 0xFF, 0xD9]));
    }

    [Theory]
    [InlineData("image/jpeg", "baseline.jpg")]
    [InlineData("image/webp", "lossless.webp")]
    [InlineData("image/gif", "animated.gif")]
    [InlineData("image/bmp", "picture.bmp")]
    public void The_media_type_is_read_from_the_bytes(string type, string file) => Assert.Equal(type, ImageFile.MediaTypeOf(TestPicture.Fixture(file)));

    [Fact]
    public void A_PNG_has_a_media_type_and_a_text_has_none()
    {
        Assert.Equal("image/png", ImageFile.MediaTypeOf(TestPicture.Png()));
        Assert.Null(ImageFile.MediaTypeOf("<html>"u8));
    }

    private static string Refusal(ReadOnlySpan<byte> bytes)
    {
        byte[] copy = bytes.ToArray();
        return Assert.Throws<InvalidInputException>(() => ImageFile.Decode(copy, "a.jpg").Dispose()).Message;
    }
}
