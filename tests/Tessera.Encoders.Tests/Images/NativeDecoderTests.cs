using Tessera.Data;
using Tessera.Encoders.Images;

namespace Tessera.Encoders.Tests.Images;

public sealed class NativeDecoderTests
{
    [Theory]
    [InlineData("baseline.jpg", 5)]
    [InlineData("progressive.jpg", 5)]
    [InlineData("rotated.jpg", 5)]
    [InlineData("sampled-3x1.jpg", 5)]
    [InlineData("cmyk.jpg", 5)]
    [InlineData("ycck.jpg", 5)]
    [InlineData("lossy.webp", 5)]
    [InlineData("lossless.webp", 0)]
    public void A_file_shows_the_picture_it_was_made_of(string file, double difference)
    {
        RequireLibraryOf(file);

        RgbImage image = ImageDecoder.Decode(TestPicture.Fixture(file), file);

        Assert.Equal((TestPicture.Width, TestPicture.Height), (image.Width, image.Height));
        Assert.InRange(TestPicture.Difference(TestPicture.Pixels, image.Pixels), 0, difference);
    }

    [Fact]
    public void A_grayscale_JPEG_has_three_equal_channels()
    {
        RequireLibraryOf("grayscale.jpg");
        byte[] luma = TestPicture.PixelsOf(TestPicture.Width, TestPicture.Height, (x, y) =>
        {
            (int red, int green, int blue) = TestPicture.At(x, y);
            int gray = (int)Math.Round((0.299 * red) + (0.587 * green) + (0.114 * blue));
            return (gray, gray, gray);
        });

        RgbImage image = ImageDecoder.Decode(TestPicture.Fixture("grayscale.jpg"), "grayscale.jpg");

        Assert.InRange(TestPicture.Difference(luma, image.Pixels), 0, 3);
        Assert.All(image.Pixels.ToArray().Chunk(3), pixel => Assert.True(pixel[0] == pixel[1] && pixel[1] == pixel[2]));
    }

    [Fact]
    public void Transparent_WebP_pixels_are_laid_over_white()
    {
        RequireLibraryOf("transparent.webp");
        byte[] expected = TestPicture.PixelsOf(TestPicture.Width, TestPicture.Height, (x, y) =>
        {
            int alpha = x < 48 ? 255 : x < 72 ? 0 : 128;
            int Shown(int channel) => (int)Math.Round(((channel * alpha) + (255.0 * (255 - alpha))) / 255);
            (int red, int green, int blue) = TestPicture.At(x, y);
            return (Shown(red), Shown(green), Shown(blue));
        });

        Assert.Equal(expected, ImageDecoder.Decode(TestPicture.Fixture("transparent.webp"), "transparent.webp").Pixels.ToArray());
    }

    [Theory]
    [InlineData(64, 96, 64)]
    [InlineData(33, 96, 64)]
    [InlineData(32, 48, 32)]
    [InlineData(10, 24, 16)]
    [InlineData(1, 12, 8)]
    public void A_JPEG_is_decoded_smaller_where_less_detail_is_enough(int detail, int width, int height)
    {
        RequireLibraryOf("baseline.jpg");

        RgbImage image = ImageDecoder.Decode(TestPicture.Fixture("baseline.jpg"), "baseline.jpg", detail);

        Assert.Equal((width, height), (image.Width, image.Height));
    }

    [Theory]
    [InlineData("baseline.jpg")]
    [InlineData("progressive.jpg")]
    [InlineData("cmyk.jpg")]
    [InlineData("lossy.webp")]
    [InlineData("lossless.webp")]
    [InlineData("transparent.webp")]
    public void Every_truncation_is_noticed(string file)
    {
        RequireLibraryOf(file);
        byte[] whole = TestPicture.Fixture(file);
        int withoutEndMarker = whole.Length - 2;

        for (int length = 0; length < withoutEndMarker; length += 1 + (length / 60))
        {
            InvalidInputException refusal = Assert.Throws<InvalidInputException>(() => ImageDecoder.Decode(whole.AsSpan(0, length), file));
            Assert.StartsWith($"Image '{file}' ", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_absent_library_is_named_with_the_package_that_has_it()
    {
        Assert.Equal(
            "JPEG images need the system's library libjpeg-turbo (tried libturbojpeg.so.0, libturbojpeg.dylib, /opt/homebrew/lib/libturbojpeg.dylib, "
            + "turbojpeg.dll, libturbojpeg.dll), which is not there; install it with 'apt-get install libturbojpeg0' on Debian or Ubuntu, "
            + "'brew install jpeg-turbo' on macOS, or put its file beside the program on Windows.",
            NativeCodecs.Missing(ImageFormat.Jpeg).Message);
        Assert.Contains("'apt-get install libwebp7' on Debian or Ubuntu, 'brew install webp' on macOS", NativeCodecs.Missing(ImageFormat.WebP).Message);
    }

    internal static void RequireLibraryOf(string file) =>
        RequireLibraries(file.EndsWith(".jpg", StringComparison.Ordinal) ? ImageFormat.Jpeg : ImageFormat.WebP);

    internal static void RequireLibraries(params ImageFormat[] formats)
    {
        foreach (ImageFormat format in formats) Assert.SkipUnless(NativeCodecs.IsInstalled(format), $"This system has no library for {format} images.");
    }
}
