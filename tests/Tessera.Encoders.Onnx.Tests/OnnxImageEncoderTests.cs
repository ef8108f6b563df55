using System.Numerics.Tensors;
using Microsoft.Extensions.AI;
using SkiaSharp;
using Tessera.Data;

namespace Tessera.Encoders.Onnx.Tests;

public sealed class OnnxImageEncoderTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>A model that gives the mean of each channel.</summary>
    internal static ModelFile Pooling(int pictures = -1, int side = 4) => new ModelFile()
        .Input("pixel_values", ModelFile.Float, pictures, 3, side, side)
        .Node("GlobalAveragePool", ["pixel_values"], "pooled").Output("pooled", ModelFile.Float, pictures, 3, 1, 1);

    [Fact]
    public async Task Colors_are_scaled_by_mean_and_deviation()
    {
        var settings = new OnnxSettings { Mean = [0.1f, 0.2f, 0.3f], Deviation = [0.5f, 1, 2], Normalize = false };
        using OnnxImageEncoder encoder = OnnxImageEncoder.Open(Pooling().Save(_folder), settings);
        Close([(1 - 0.1f) / 0.5f, (0.4f - 0.2f) / 1, (0 - 0.3f) / 2], (await EncodeAsync(encoder, Plain(20, 10, new SKColor(255, 102, 0))))[0]);
    }

    [Fact]
    public async Task Channels_come_in_the_order_asked_for()
    {
        var settings = new OnnxSettings { Mean = [0, 0, 0], Deviation = [1, 1, 2], Channels = "bgr", Normalize = false };
        using OnnxImageEncoder encoder = OnnxImageEncoder.Open(Pooling().Save(_folder), settings);
        Close([0.1f, 0.4f, 1], (await EncodeAsync(encoder, Plain(8, 8, new SKColor(255, 102, 51))))[0]);
    }

    [Fact]
    public async Task The_middle_of_a_wide_picture_is_taken()
    {
        var settings = new OnnxSettings { Mean = [0, 0, 0], Deviation = [1, 1, 1], Normalize = false };
        using OnnxImageEncoder encoder = OnnxImageEncoder.Open(Pooling().Save(_folder), settings);
        using var wide = new SKBitmap(120, 40);
        using (var canvas = new SKCanvas(wide))
        {
            canvas.Clear(SKColors.Red);
            using var blue = new SKPaint { Color = SKColors.Blue };
            canvas.DrawRect(38, 0, 44, 40, blue);
        }

        Close([0, 0, 1], (await EncodeAsync(encoder, Png(wide)))[0]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(-1)]
    public async Task Pictures_come_back_in_their_order_whatever_the_models_batch(int pictures)
    {
        var settings = new OnnxSettings { Mean = [0, 0, 0], Deviation = [1, 1, 1], Normalize = false };
        using OnnxImageEncoder encoder = OnnxImageEncoder.Open(Pooling(pictures).Save(_folder), settings);
        float[][] vectors = await EncodeAsync(encoder, [.. Enumerable.Range(0, 20).Select(number => Plain(9, 9, new SKColor((byte)(10 * number), 0, 0)))]);
        for (int number = 0; number < vectors.Length; number++) Close([10 * number / 255f, 0, 0], vectors[number]);
    }

    [Fact]
    public async Task ResNet_sees_what_is_in_a_picture()
    {
        using OnnxImageEncoder encoder = OnnxImageEncoder.ResNet18();
        float[][] vectors = await EncodeAsync(encoder, Stripes(300, 200, 20), Stripes(600, 400, 40), Plain(300, 200, SKColors.SeaGreen));
        Assert.Equal(512, vectors[0].Length);
        Assert.All(vectors, vector => Assert.Equal(1, TensorPrimitives.Norm<float>(vector), 5));
        Assert.True(TensorPrimitives.Dot<float>(vectors[0], vectors[1]) > 0.95);
        Assert.True(TensorPrimitives.Dot<float>(vectors[0], vectors[2]) < 0.8);
    }

    [Fact]
    public async Task A_damaged_picture_is_named()
    {
        using OnnxImageEncoder encoder = OnnxImageEncoder.Open(Pooling().Save(_folder));
        byte[] whole = Plain(50, 50, SKColors.Red);
        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => encoder.GenerateAsync([new DataContent(whole.AsMemory(0, whole.Length / 2), "image/png") { Name = "cut.png" }]));
        Assert.Contains("'cut.png'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_damaged_picture_among_many_is_named_whatever_the_other_threads_do()
    {
        using OnnxImageEncoder encoder = OnnxImageEncoder.Open(Pooling().Save(_folder), threads: 3);
        byte[] whole = Plain(50, 50, SKColors.Red);
        DataContent[] pictures =
        [
            .. Enumerable.Range(0, 40).Select(number =>
                new DataContent(number == 17 ? whole.AsMemory(0, whole.Length / 2) : whole, "image/png") { Name = $"{number}.png" }),
        ];
        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => encoder.GenerateAsync(pictures));
        Assert.Contains("'17.png'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_model_is_no_picture_model()
    {
        string path = ModelFile.OfTable([1, 2], 1).Save(_folder);
        Refused("takes input_ids int64[? x ?], attention_mask int64[? x ?]", "choose an image encoder", () => OnnxImageEncoder.Open(path));
    }

    [Fact]
    public void A_side_that_the_model_does_not_take_is_refused()
    {
        string path = Pooling().Save(_folder);
        Refused("takes pictures of 4 pixels a side", "leave it out", () => OnnxImageEncoder.Open(path, new OnnxSettings { Side = 8 }));
    }

    [Fact]
    public void A_model_without_a_vector_for_each_picture_is_refused()
    {
        string path = new ModelFile().Input("pixels", ModelFile.Float, -1, 3, 4, 4).Node("Relu", ["pixels"], "map").Output("map", ModelFile.Float, -1, 3, 4, 4).Save(_folder);
        Refused("gives map single[? x 3 x 4 x 4]", "export it with its pooling", () => OnnxImageEncoder.Open(path));
    }

    private static void Refused(string found, string remedy, Func<OnnxImageEncoder> open)
    {
        string message = Assert.Throws<InvalidInputException>(open).Message;
        Assert.Contains(found, message, StringComparison.Ordinal);
        Assert.Contains(remedy, message, StringComparison.Ordinal);
    }

    private static void Close(float[] expected, float[] found)
    {
        Assert.Equal(expected.Length, found.Length);
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 5e-3f));
    }

    private static async Task<float[][]> EncodeAsync(OnnxImageEncoder encoder, params byte[][] files)
    {
        GeneratedEmbeddings<Embedding<float>> vectors = await encoder.GenerateAsync(files.Select(file => new DataContent(file, "image/png")));
        return [.. vectors.Select(vector => vector.Vector.ToArray())];
    }

    private static byte[] Plain(int width, int height, SKColor color)
    {
        using var picture = new SKBitmap(width, height);
        picture.Erase(color);
        return Png(picture);
    }

    private static byte[] Stripes(int width, int height, int period)
    {
        using var picture = new SKBitmap(width, height);
        using var canvas = new SKCanvas(picture);
        using var paint = new SKPaint { Color = SKColors.Black };
        canvas.Clear(SKColors.White);
        for (int left = 0; left < width; left += period) canvas.DrawRect(left, 0, period / 2f, height, paint);
        return Png(picture);
    }

    private static byte[] Png(SKBitmap picture)
    {
        using SKData data = picture.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }
}
