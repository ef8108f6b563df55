using System.Text;
using System.Text.Json;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Encoders.Encodings;

namespace Tessera.Encoders.Onnx;

/// <summary>The models that ONNX Runtime executes in this process, as encoders of modalities.</summary>
public static class OnnxModels
{
    /// <summary>Name of <see cref="Open"/>'s models as encoders.</summary>
    public const string OwnName = "onnx";

    /// <summary>all-MiniLM-L6-v2 (<c>minilm</c>), which comes with this package: English texts up to 256 tokens, 384 dimensions.</summary>
    /// <param name="threads">Threads; 0 for one per core.</param>
    /// <remarks>Reimers and Gurevych, Sentence-BERT, EMNLP 2019; Wang et al., MiniLM, NeurIPS 2020.</remarks>
    public static LocalModel MiniLm(int threads = 0) => new("minilm", "all-MiniLM-L6-v2") { Texts = () => OnnxTextEncoder.MiniLm(threads) };

    /// <summary>ResNet-18 trained on ImageNet (<c>resnet18</c>), which comes with this package: 512 dimensions, pooled over the picture.</summary>
    /// <param name="threads">Threads; 0 for one per core.</param>
    /// <remarks>He et al., Deep Residual Learning for Image Recognition, CVPR 2016.</remarks>
    public static LocalModel ResNet18(int threads = 0) => new("resnet18", "ResNet18-ImageNet") { Images = () => OnnxImageEncoder.ResNet18(threads) };

    /// <summary>
    /// A model in a file (<c>onnx</c>): a text encoder of BERT's kind (E5, BGE, GTE, Arctic, the text half of CLIP), or an image encoder (the image half
    /// of CLIP or SigLIP, DINOv2, a ResNet without its last layer).
    /// </summary>
    /// <param name="path">The .onnx file; weights in files of their own lie beside it.</param>
    /// <param name="settings">How to use it; null: <see cref="OnnxSettings.Beside"/>.</param>
    /// <param name="threads">Threads; 0 for one per core.</param>
    /// <exception cref="InvalidInputException">The model's file cannot be read, or the settings cannot be used.</exception>
    public static LocalModel Open(string path, OnnxSettings? settings = null, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(path);
        OnnxSettings used = settings ?? OnnxSettings.Beside(path);
        used.Check();
        var model = new LocalModel(OwnName, $"{Path.GetFileNameWithoutExtension(path)} {Version(path, used)}");
        return model with
        {
            Space = used.Space ?? model.Space,
            Texts = () => OnnxTextEncoder.Open(path, used, threads),
            Images = () => OnnxImageEncoder.Open(path, used, threads),
        };
    }

    /// <summary>A checksum of all that decides a vector: the model, its weights in files of their own, its tokenizer and the settings.</summary>
    private static string Version(string path, OnnxSettings settings)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        byte[] model = InputFile.ReadBytes(path);
        List<string> parts = [JsonSerializer.Serialize(settings with { Space = null, Tokenizer = null }), Checksums.Of(model)];
        foreach (string file in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileName(file);
            bool holdsWeights = name != Path.GetFileName(path) && model.AsSpan().IndexOf(Encoding.UTF8.GetBytes(name)) >= 0; // the model names such files
            if (holdsWeights) parts.Add(Checksums.Of(file));
        }

        if (TextTokenizer.Find(settings.Tokenizer, folder) is { } tokenizer && File.Exists(tokenizer))
        {
            parts.Add(Checksums.Of(tokenizer));
            if (TextTokenizer.FindPieces(tokenizer) is { } pieces) parts.Add(Checksums.Of(pieces));
        }

        return Checksums.OfText(string.Join('\n', parts))[..16];
    }
}
