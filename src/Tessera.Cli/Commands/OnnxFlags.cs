using System.CommandLine;
using System.Globalization;
using Tessera.Data;
using Tessera.Encoders.Encodings;
using Tessera.Encoders.Onnx;

namespace Tessera.Cli.Commands;

/// <summary>The options of <c>--encoder onnx</c>; what is not given is read from the file beside the model.</summary>
internal sealed class OnnxFlags
{
    private readonly Option<string?> _tokenizer = Flags.OptionalText("--tokenizer", "FILE", "tokenizer.json or vocab.txt; default: the one in the model's folder");
    private readonly Option<string?> _pooling = Flags.OptionalText("--pooling", "mean|cls|last", "a text's vector from its tokens'; default: the model's own, else mean");
    private readonly Option<int> _maxTokens = Flags.Number("--max-tokens", "longest text in tokens, 0 for 512", minimum: 0, otherwise: 0);
    private readonly Option<string?> _prefix = Flags.OptionalText("--prefix", "TEXT", "stands before each text, such as 'query: ' for E5");
    private readonly Option<int> _side = Flags.Number("--side", "pixels a side of a picture, 0 for the model's own, else 224", minimum: 0, otherwise: 0);
    private readonly Option<string?> _mean = Flags.OptionalText("--mean", "R,G,B", "means of the colors, 0 to 1; default: ImageNet's");
    private readonly Option<string?> _deviation = Flags.OptionalText("--deviation", "R,G,B", "standard deviations of the colors; default: ImageNet's");
    private readonly Option<string?> _channels = Flags.OptionalText("--channels", "rgb|bgr", "order of the colors; default: rgb");
    private readonly Option<string?> _space = Flags.OptionalText(
        "--space", "NAME", "space of the vectors, the same for both halves of a pair such as CLIP; default: the model's own");

    public Option[] All => [.. OfTexts, _side, _mean, _deviation, _channels];

    /// <summary>Those that have a meaning for texts.</summary>
    public Option[] OfTexts => [_space, _tokenizer, _pooling, _maxTokens, _prefix];

    /// <summary>The model in a file, as these options and the file beside it say.</summary>
    /// <exception cref="InvalidInputException">The file is not given or cannot be read, or a setting cannot be used.</exception>
    public LocalModel Read(ParseResult parsed, string? path, int threads)
    {
        if (path is null) throw new InvalidInputException("There is no --model; expected the path of an .onnx file.");
        OnnxSettings settings = OnnxSettings.Beside(path);
        return OnnxModels.Open(
            path,
            settings with
            {
                Tokenizer = parsed.GetValue(_tokenizer) is { } tokenizer ? Path.GetFullPath(tokenizer) : settings.Tokenizer,
                Pooling = parsed.GetValue(_pooling) ?? settings.Pooling,
                MaxTokens = parsed.GetValue(_maxTokens) is > 0 and var tokens ? tokens : settings.MaxTokens,
                Prefix = parsed.GetValue(_prefix) ?? settings.Prefix,
                Side = parsed.GetValue(_side) is > 0 and var side ? side : settings.Side,
                Mean = Colors(_mean, parsed) ?? settings.Mean,
                Deviation = Colors(_deviation, parsed) ?? settings.Deviation,
                Channels = parsed.GetValue(_channels) ?? settings.Channels,
                Space = parsed.GetValue(_space) ?? settings.Space,
            },
            threads);
    }

    private static float[]? Colors(Option<string?> option, ParseResult parsed)
    {
        if (parsed.GetValue(option) is not { } text) return null;
        return [.. text.Split(',').Select(number => float.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) ? value
            : throw new InvalidInputException($"{option.Name} is '{text}'; expected three numbers separated by commas, such as 0.5,0.5,0.5."))];
    }
}
