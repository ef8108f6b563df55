using System.Text.Json;
using System.Text.Json.Serialization;
using Tessera.Data;
using Tessera.Data.Storage;

namespace Tessera.Encoders.Onnx;

/// <summary>
/// How texts or pictures become a model's input, and its output a vector. <c>MODEL.json</c> beside <c>MODEL.onnx</c> holds the same in camel case:
/// <c>{"tokenizer": "vocab.txt", "pooling": "cls", "prefix": "query: "}</c>.
/// </summary>
public sealed record OnnxSettings
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
    };

    /// <summary>
    /// Texts: the tokenizer's file, <c>tokenizer.json</c> (WordPiece, byte-level BPE, or Unigram with its SentencePiece <c>.model</c> beside it) or
    /// <c>vocab.txt</c> (WordPiece); a relative path counts from the model's folder. Unset: the one of these that lies there.
    /// </summary>
    public string? Tokenizer { get; init; }

    /// <summary>
    /// Texts: <c>mean</c> of the tokens' vectors, the first one (<c>cls</c>) or the <c>last</c>. Unset: the vector that the model itself gives a text
    /// (an output called <c>sentence_embedding</c> or <c>text_embeds</c>, or its only one), else the mean.
    /// </summary>
    public string? Pooling { get; init; }

    /// <summary>Texts: longest input in tokens, special ones included; 3 or more. What is longer is cut.</summary>
    public int MaxTokens { get; init; } = 512;

    /// <summary>Texts: stands before each, such as <c>query: </c> for E5.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Texts: whether <c>vocab.txt</c> is one of lower-case words without accents.</summary>
    public bool Lowercase { get; init; } = true;

    /// <summary>Pictures: pixels a side, 1 to 4,096; the picture is scaled until its shorter side fits and its middle is taken. Unset: as the model says, else 224.</summary>
    public int? Side { get; init; }

    /// <summary>Pictures: what is taken from red, green and blue, which count from 0 to 1. Default: the means of ImageNet.</summary>
    public IReadOnlyList<float> Mean { get; init; } = [0.485f, 0.456f, 0.406f];

    /// <summary>Pictures: what red, green and blue are divided by afterwards. Default: the standard deviations of ImageNet.</summary>
    public IReadOnlyList<float> Deviation { get; init; } = [0.229f, 0.224f, 0.225f];

    /// <summary>Pictures: order of the channels, <c>rgb</c> or <c>bgr</c>.</summary>
    public string Channels { get; init; } = "rgb";

    /// <summary>Whether vectors are brought to Euclidean norm 1.</summary>
    public bool Normalize { get; init; } = true;

    /// <summary>
    /// Name of the space of the vectors, which both halves of a pair such as CLIP share, so that images can be found by texts. Unset: a space of the model's
    /// and these settings' own.
    /// </summary>
    public string? Space { get; init; }

    /// <summary>The settings beside a model, or the defaults where there are none.</summary>
    /// <exception cref="InvalidInputException">The file beside it cannot be used.</exception>
    public static OnnxSettings Beside(string model)
    {
        ArgumentNullException.ThrowIfNull(model);
        string path = Path.ChangeExtension(model, ".json");
        if (!File.Exists(path)) return new OnnxSettings();
        try
        {
            return JsonSerializer.Deserialize<OnnxSettings>(InputFile.ReadText(path), Json) ?? throw new JsonException("it is null");
        }
        catch (JsonException cause)
        {
            throw new InvalidInputException(
                $"'{path}' holds no settings of a model ({(cause.Message.Contains("could not be mapped", StringComparison.Ordinal) ? $"there is no setting '{cause.Path?[2..]}'" : SourceText.Reason(cause))}); "
                + $"expected an object of {string.Join(", ", Keys)}, so correct or remove it.", cause);
        }
    }

    /// <summary>Refuses values out of their ranges.</summary>
    /// <exception cref="InvalidInputException">One is.</exception>
    internal void Check()
    {
        Require(Pooling is null or "mean" or "cls" or "last", "pooling", Pooling, "mean, cls or last");
        Require(MaxTokens >= 3, "maxTokens", MaxTokens, "3 or more");
        Require(Side is null or (>= 1 and <= 4096), "side", Side, "1 to 4096");
        Require(Mean.Count == 3 && Mean.All(float.IsFinite), "mean", string.Join(',', Mean), "three numbers: red, green, blue");
        Require(Deviation.Count == 3 && Deviation.All(value => float.IsFinite(value) && value > 0), "deviation", string.Join(',', Deviation), "three numbers above 0: red, green, blue");
        Require(Channels is "rgb" or "bgr", "channels", Channels, "rgb or bgr");
        Require(Space is null || !string.IsNullOrWhiteSpace(Space), "space", Space, "a name, such as clip-vit-base-patch32");
    }

    private static IEnumerable<string> Keys =>
        typeof(OnnxSettings).GetProperties().Where(property => property.CanWrite).Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name));

    private static void Require(bool holds, string key, object? value, string expected)
    {
        if (!holds) throw new InvalidInputException($"The setting {key} of the model is '{value}'; expected {expected}.");
    }
}
