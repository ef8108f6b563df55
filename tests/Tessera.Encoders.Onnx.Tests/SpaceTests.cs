using System.Numerics.Tensors;
using Microsoft.Extensions.AI;
using SkiaSharp;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Data.EventLogs;
using Tessera.Encoders.Encodings;

namespace Tessera.Encoders.Onnx.Tests;

/// <summary>Spaces of models, and of the modalities they make.</summary>
public sealed class SpaceTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_model_has_a_space_of_its_own_unless_one_is_named()
    {
        string path = ModelFile.OfTable([1, 2], 1).Save(_folder), other = ModelFile.OfTable([1, 3], 1).Save(_folder, "other.onnx");
        LocalModel model = OnnxModels.Open(path);
        Assert.Equal($"onnx {model.Version}", model.Space);
        Assert.Equal(model.Space, OnnxModels.Open(path).Space);
        Assert.NotEqual(model.Space, OnnxModels.Open(other).Space);
        Assert.NotEqual(model.Space, OnnxModels.Open(path, new OnnxSettings { Prefix = "query: " }).Space);
        LocalModel named = OnnxModels.Open(path, new OnnxSettings { Space = "e5" });
        Assert.Equal(("e5", model.Version), (named.Space, named.Version));
        Assert.Equal(("minilm all-MiniLM-L6-v2", "resnet18 ResNet18-ImageNet"), (OnnxModels.MiniLm().Space, OnnxModels.ResNet18().Space));
    }

    [Fact]
    public async Task A_text_lies_next_to_the_pictures_that_the_other_half_of_its_pair_encoded()
    {
        SKColor[] colors = [SKColors.Blue, SKColors.Red, new SKColor(0, 255, 0)];
        _folder.Write("shop/items.jsonl", string.Concat(colors.Index().Select(color => $$"""{"item": "{{color.Index}}", "image": "{{color.Index}}.png"}""" + "\n")));
        foreach ((int item, SKColor color) in colors.Index()) _folder.Write($"shop/{item}.png", Picture(color));
        _folder.Write("shop/shop.inter", "userID\titemID\tx_label\n0\t0\t0\n0\t1\t0\n0\t2\t0\n");
        _folder.Write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nred\ngreen\nblue\n");
        string texts = ModelFile.OfTable([.. new float[15], 1, 0, 0, 0, 1, 0, 0, 0, 1], 3).Save(_folder), pictures = OnnxImageEncoderTests.Pooling().Save(_folder, "pictures.onnx");
        _folder.Write("model.json", """{"space": "colors"}""");
        var options = new EncodingOptions
        {
            Encoder = OnnxModels.OwnName,
            Source = EncoderChoice.Images,
            Modality = "image",
            Models = [OnnxModels.Open(pictures, new OnnxSettings { Space = "colors", Mean = [0, 0, 0], Deviation = [1, 1, 1] })],
        };
        var table = ItemTable.Open(_folder.In("shop"));
        await new FeatureEncoding(table, EncoderChoice.Of(table, options).Single(), options).EncodeAsync();

        Modality image = DatasetReader.Read(_folder.In("shop")).Modalities.Single();
        LocalModel model = OnnxModels.Open(texts);
        Assert.Equal(("colors", "colors"), (image.Space, model.Space));
        using IEmbeddingGenerator<string, Embedding<float>> encoder = model.Texts!();
        float[] red = (await encoder.GenerateAsync(["red"]))[0].Vector.ToArray();
        Assert.Equal([0, 1, 0], Enumerable.Range(0, 3).Select(item => MathF.Round(TensorPrimitives.CosineSimilarity<float>(red, image.Features.Row(item)), 5)));
    }

    private static byte[] Picture(SKColor color)
    {
        using var picture = new SKBitmap(8, 8);
        picture.Erase(color);
        using SKData data = picture.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }
}
