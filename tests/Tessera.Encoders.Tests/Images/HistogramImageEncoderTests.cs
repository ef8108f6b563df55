using System.Numerics.Tensors;
using Tessera.Data;
using Tessera.Encoders.Images;

namespace Tessera.Encoders.Tests.Images;

public sealed class HistogramImageEncoderTests
{
    [Fact]
    public void A_row_has_584_finite_dimensions_of_0_to_1_and_norm_1()
    {
        float[] row = HistogramImageEncoder.Encode(TestPicture.Png(), "a.png");

        Assert.Equal(584, HistogramImageEncoder.Dimensions);
        Assert.Equal(584, row.Length);
        Assert.All(row, value => Assert.InRange(value, 0, 1));
        Assert.Equal(1, TensorPrimitives.Norm(row), 1e-6f);
        Assert.Equal(0.5, TensorPrimitives.SumOfSquares(row.AsSpan(0, 260)), 0.03);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(255, 255, 255)]
    [InlineData(128, 128, 128)]
    [InlineData(1, 0, 0)]
    [InlineData(0, 0, 255)]
    public void An_image_of_one_color_has_a_row_of_norm_1_from_its_color_alone(int red, int green, int blue)
    {
        float[] row = HistogramImageEncoder.Encode(TestPicture.PngOf(3, 2, (_, _) => (red, green, blue)), "a.png");

        Assert.Equal(1, TensorPrimitives.Norm(row), 1e-6f);
        Assert.All(row[260..], value => Assert.Equal(0, value, 1e-6f));
    }

    [Fact]
    public void Black_white_gray_and_the_pure_colors_are_far_from_each_other()
    {
        (int, int, int)[] colors = [(0, 0, 0), (255, 255, 255), (128, 128, 128), (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (0, 255, 255)];
        float[][] rows = [.. colors.Select(color => HistogramImageEncoder.Encode(TestPicture.PngOf(8, 8, (_, _) => color), "a.png"))];

        for (int i = 0; i < rows.Length; i++)
        {
            for (int j = 0; j < i; j++) Assert.InRange(TensorPrimitives.Dot(rows[i], rows[j]), 0, 0.75);
        }
    }

    [Fact]
    public void A_small_change_of_any_color_is_a_small_change_of_the_row()
    {
        for (int color = 0; color < 512; color++)
        {
            (int red, int green, int blue) = (color / 64 * 36, color / 8 % 8 * 36, color % 8 * 36);
            float[] row = HistogramImageEncoder.Encode(TestPicture.PngOf(1, 1, (_, _) => (red, green, blue)), "a.png");
            float[] near = HistogramImageEncoder.Encode(TestPicture.PngOf(1, 1, (_, _) => (red + 2, green, blue + 1)), "a.png");

            Assert.InRange(TensorPrimitives.Dot(row, near), 0.94, 1.00001);
        }
    }

    [Fact]
    public void The_same_picture_at_other_sizes_and_proportions_is_nearly_the_same_row()
    {
        float[] row = HistogramImageEncoder.Encode(Scene(400, 300), "a.png");

        Assert.InRange(TensorPrimitives.Dot(row, HistogramImageEncoder.Encode(Scene(200, 150), "half.png")), 0.99, 1.00001);
        Assert.InRange(TensorPrimitives.Dot(row, HistogramImageEncoder.Encode(Scene(1200, 900), "triple.png")), 0.99, 1.00001);
        Assert.InRange(TensorPrimitives.Dot(row, HistogramImageEncoder.Encode(Scene(400, 200), "flat.png")), 0.98, 1.00001);
        Assert.InRange(TensorPrimitives.Dot(row, HistogramImageEncoder.Encode(TestPicture.Png(3), "other.png")), 0, 0.8);
    }

    [Theory]
    [InlineData("baseline.jpg")]
    [InlineData("progressive.jpg")]
    [InlineData("cmyk.jpg")]
    [InlineData("lossy.webp")]
    [InlineData("lossless.webp")]
    [InlineData("picture.bmp")]
    public void Files_of_one_picture_agree_whatever_their_format(string file)
    {
        float[] png = HistogramImageEncoder.Encode(TestPicture.Png(), "a.png");

        Assert.InRange(TensorPrimitives.Dot(png, HistogramImageEncoder.Encode(TestPicture.Fixture(file), file)), 0.98, 1.00001);
    }

    [Fact]
    public void A_JPEG_decoded_at_half_its_size_has_nearly_the_row_of_the_whole_picture()
    {
        byte[] jpeg = TestPicture.Fixture("fourfold.jpg");

        float[] row = HistogramImageEncoder.Encode(jpeg, "fourfold.jpg");

        Assert.InRange(TensorPrimitives.Dot(row, HistogramImageEncoder.Encode(TestPicture.Png(4), "a.png")), 0.98, 1.00001);
    }

    [Fact]
    public void Stripes_of_one_direction_fall_into_one_orientation_in_every_cell()
    {
        float[] vertical = Gradients((x, _) => x / 8 % 2 * 200), horizontal = Gradients((_, y) => y / 8 % 2 * 200);

        for (int cell = 0; cell < 36; cell++)
        {
            Assert.Equal(0, vertical.AsSpan(cell * 9, 9).IndexOf(vertical.AsSpan(cell * 9, 9).ToArray().Max()));
            Assert.InRange(horizontal.AsSpan(cell * 9, 9).IndexOf(horizontal.AsSpan(cell * 9, 9).ToArray().Max()), 4, 5);
        }

        Assert.InRange(TensorPrimitives.CosineSimilarity(vertical, horizontal), 0, 0.01);
    }

    [Fact]
    public void What_cannot_be_encoded_is_named()
    {
        string bad = Assert.Throws<InvalidInputException>(() => HistogramImageEncoder.Encode("no image"u8, "7.png")).Message;
        Assert.StartsWith("Image '7.png' is no image, or its header is damaged", bad, StringComparison.Ordinal);
        string empty = Assert.Throws<InvalidInputException>(() => HistogramImageEncoder.Encode([], "posters/7.jpg")).Message;
        Assert.StartsWith("Image 'posters/7.jpg' has 0 bytes", empty, StringComparison.Ordinal);
    }

    /// <summary>Discs and a slope, drawn at any size.</summary>
    private static byte[] Scene(int width, int height) => TestPicture.PngOf(width, height, (x, y) =>
    {
        double u = (x + 0.5) / width, v = (y + 0.5) / height;
        if (Math.Pow(u - 0.3, 2) + Math.Pow(v - 0.4, 2) < 0.04) return (240, 200, 30);
        if (Math.Pow(u - 0.75, 2) + Math.Pow(v - 0.6, 2) < 0.03) return (30, 60, 160);
        return v > 0.8 ? (40, 110, 50) : (120 + (int)(100 * v), 180, 235 - (int)(60 * u));
    });

    private static float[] Gradients(Func<int, int, int> gray)
    {
        byte[] png = TestPicture.PngOf(128, 128, (x, y) => (gray(x, y), gray(x, y), gray(x, y)));
        return HistogramImageEncoder.Encode(png, "a.png")[260..];
    }
}
