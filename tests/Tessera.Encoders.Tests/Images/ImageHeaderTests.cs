using System.Text;
using Tessera.Data;
using Tessera.Encoders.Images;

namespace Tessera.Encoders.Tests.Images;

public sealed class ImageHeaderTests
{
    [Theory]
    [InlineData("baseline.jpg", ImageFormat.Jpeg)]
    [InlineData("progressive.jpg", ImageFormat.Jpeg)]
    [InlineData("rotated.jpg", ImageFormat.Jpeg)]
    [InlineData("lossy.webp", ImageFormat.WebP)]
    [InlineData("lossless.webp", ImageFormat.WebP)]
    [InlineData("transparent.webp", ImageFormat.WebP)]
    public void Format_and_size_are_read_from_the_first_bytes_whatever_the_name(string file, ImageFormat format)
    {
        ImageHeader header = ImageHeader.Read(TestPicture.Fixture(file), "picture.png");

        Assert.Equal(new ImageHeader(format, TestPicture.Width, TestPicture.Height), header);
    }

    [Fact]
    public void A_PNG_header_is_read_from_33_bytes() =>
        Assert.Equal(new ImageHeader(ImageFormat.Png, 96, 64), ImageHeader.Read(TestPicture.Png().AsSpan(0, 33), "a.jpg"));

    [Fact]
    public void An_extended_WebP_header_has_sides_of_24_bits()
    {
        byte[] webp = [.. "RIFF\0\0\0\0WEBPVP8X\n\0\0\0"u8, 0, 0, 0, 0, 0xFF, 0xFE, 0, 9, 0, 0, 0, 0];

        Assert.Equal(new ImageHeader(ImageFormat.WebP, 0xFF00, 10), ImageHeader.Read(webp, "a.webp"));
    }

    [Theory]
    [InlineData(10_000, 10_000, "10,000 x 10,000")]
    [InlineData(64_001, 1_000, "64,001 x 1,000")]
    [InlineData(65_536, 1, "65,536 x 1")]
    [InlineData(-1, -1, "4,294,967,295 x 4,294,967,295")]
    public void An_image_too_large_is_refused_by_its_header(int width, int height, string size)
    {
        byte[] png = new PngBytes(width, height, 2, 8).Of([1]);

        InvalidInputException refusal = Assert.Throws<InvalidInputException>(() => ImageDecoder.Decode(png, "bomb.png"));

        Assert.Equal(
            $"Image 'bomb.png' has {size} pixels by its header; expected at most 64,000,000 in all and 65,535 on a side, so save it smaller.",
            refusal.Message);
    }

    [Fact]
    public void Bombs_of_every_format_are_refused_before_a_decoder_sees_them()
    {
        byte[] jpeg = [0xFF, 0xD8, 0xFF, 0xC0, 0, 17, 8, 0xFF, 0xFF, 0xFF, 0xFF, 3, 1, 0x11, 0, 2, 0x11, 1, 3, 0x11, 1];
        byte[] extended = [.. "RIFF\0\0\0\0WEBPVP8X\n\0\0\0"u8, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0];
        byte[] lossless = [.. "RIFF\0\0\0\0WEBPVP8L\n\0\0\0/"u8, 0xFF, 0xFF, 0xFF, 0x0F, 0, 0, 0, 0, 0];

        Assert.Contains("65,535 x 65,535 pixels", Refusal(jpeg), StringComparison.Ordinal);
        Assert.Contains("16,777,216 x 16,777,216 pixels", Refusal(extended), StringComparison.Ordinal);
        Assert.Contains("16,384 x 16,384 pixels", Refusal(lossless), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_image_is_refused_in_one_sentence()
    {
        const string remedy = "; expected a whole PNG, JPEG or WebP image, so replace it.";
        Assert.Equal("Image 'a.jpg' has 0 bytes" + remedy, Refusal([]));
        Assert.Equal("Image 'a.jpg' begins like no PNG, JPEG or WebP image" + remedy, Refusal(Encoding.ASCII.GetBytes("<html>404 Not Found</html>")));
        Assert.Equal("Image 'a.jpg' begins like no PNG, JPEG or WebP image" + remedy, Refusal("GIF89a\0\0\0"u8));
        Assert.Equal("Image 'a.jpg' is truncated" + remedy, Refusal(TestPicture.Png().AsSpan(0, 20)));
        Assert.Equal("Image 'a.jpg' is truncated" + remedy, Refusal(TestPicture.Fixture("baseline.jpg").AsSpan(0, 100)));
        Assert.Equal("Image 'a.jpg' is truncated" + remedy, Refusal("RIFF\0\0\0\0WEBPVP8 "u8));
        Assert.Equal("Image 'a.jpg' is an animated WebP file" + remedy, Refusal(TestPicture.Fixture("animated.webp")));
        Assert.Equal("Image 'a.jpg' has 0 x 5 pixels by its header" + remedy, Refusal(new PngBytes(0, 5, 2, 8).Of([1])));
        Assert.Equal(
            "Image 'a.jpg' is a damaged JPEG file, without a frame header before its pixels" + remedy, Refusal([0xFF, 0xD8, 0xFF, 0xD9, 0, 0]));
    }

    private static string Refusal(ReadOnlySpan<byte> bytes)
    {
        byte[] copy = bytes.ToArray();
        return Assert.Throws<InvalidInputException>(() => ImageDecoder.Decode(copy, "a.jpg")).Message;
    }
}
