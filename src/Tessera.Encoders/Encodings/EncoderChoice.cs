using Tessera.Data;
using Tessera.Data.EventLogs;

namespace Tessera.Encoders.Encodings;

/// <summary>Which encoder makes a modality, and of what.</summary>
/// <param name="Modality">Name of the modality.</param>
/// <param name="Encoder"><see cref="Tfidf"/>, <see cref="Histogram"/>, <see cref="Endpoint"/> or the name of a model in this process.</param>
/// <param name="Source"><see cref="Texts"/> or <see cref="Images"/>.</param>
public sealed record EncoderChoice(string Modality, string Encoder, string Source)
{
    /// <summary>TF-IDF of texts and truncated SVD, without a model.</summary>
    public const string Tfidf = "tfidf";

    /// <summary>Histograms of images' colors and gradients, without a model.</summary>
    public const string Histogram = "histogram";

    /// <summary>An embedding model behind an OpenAI-compatible server.</summary>
    public const string Endpoint = "endpoint";

    /// <summary>The items' text fields, or a file of texts.</summary>
    public const string Texts = "texts";

    /// <summary>The items' images.</summary>
    public const string Images = "images";

    private const string Text = "text", Image = "image";

    /// <summary>
    /// A modality is made of what the options say, else of what its name means, else of what its encoder takes; by the encoder that is named, else by
    /// the first of the options' models that takes it, else by TF-IDF or histograms.
    /// </summary>
    /// <exception cref="InvalidInputException">The options do not fit together or do not say enough, or the items have nothing to encode.</exception>
    public static IReadOnlyList<EncoderChoice> Of(ItemTable table, EncodingOptions options)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(options);
        (string? modality, string? encoder, string? source) = (options.Modality, options.Encoder, options.Source);
        string[] encoders = [.. options.Models.Select(model => model.Name), Tfidf, Histogram, Endpoint];
        if (encoder is not null && !encoders.Contains(encoder))
            throw new InvalidInputException($"There is no encoder '{encoder}'; expected one of {string.Join(", ", encoders)}.");
        if (source is not (null or Texts or Images))
            throw new InvalidInputException($"There is no source '{source}'; expected {Texts} or {Images}.");
        if (options.Fields is { Count: 0 })
            throw new InvalidInputException("--fields names no field; expected names of text fields separated by commas.");
        if (options is { Fields: not null, Texts: not null })
            throw new InvalidInputException("--fields and --texts name two sources of texts; give one of them.");
        EncoderChoice[] choices = (modality, encoder, source) switch
        {
            (null, null, null) => Everything(table, options),
            (null, null, Texts) => [new(Text, UsualFor(Texts, options), Texts)],
            (null, null, _) => [new(Image, UsualFor(Images, options), Images)],
            (null, _, _) when OnlySource(encoder, options) is { } only => [new(only == Texts ? Text : Image, encoder, source ?? only)],
            (null, _, _) => throw new InvalidInputException($"--encoder {encoder} needs --modality; expected the modality to make, such as {Text}."),
            _ => [One(modality, options)],
        };
        foreach (EncoderChoice choice in choices) choice.RefuseContradiction(options);
        RefuseUnused(choices, options);
        return choices;
    }

    private static EncoderChoice One(string modality, EncodingOptions options)
    {
        string source = options.Source ?? (NamesTexts(options) ? Texts : (modality, options.Encoder) switch
        {
            (Text, _) => Texts,
            (Image, _) => Images,
            _ when OnlySource(options.Encoder, options) is { } only => only,
            _ when options.Instruction is not null => Texts,
            _ => throw new InvalidInputException($"What the modality '{modality}' is made of is not said; give --source {Texts} or --source {Images}."),
        });
        return new EncoderChoice(modality, options.Encoder ?? UsualFor(source, options), source);
    }

    private static EncoderChoice[] Everything(ItemTable table, EncodingOptions options)
    {
        EncoderChoice[] text = table.Fields.Count > 0 || NamesTexts(options) ? [new(Text, UsualFor(Texts, options), Texts)] : [];
        EncoderChoice[] image = table.Images > 0 ? [new(Image, UsualFor(Images, options), Images)] : [];
        if (text.Length + image.Length > 0) return [.. text, .. image];
        throw new InvalidInputException($"No item in '{table.Directory}' has a text or names an image on the disk; expected something to encode.");
    }

    /// <summary>The encoder where none is named.</summary>
    private static string UsualFor(string source, EncodingOptions options) =>
        options.Models.FirstOrDefault(model => Takes(model, source))?.Name ?? (source == Texts ? Tfidf : Histogram);

    /// <summary>The one source that an encoder takes; null where it takes both, or none is named.</summary>
    private static string? OnlySource(string? encoder, EncodingOptions options) => encoder switch
    {
        Tfidf => Texts,
        Histogram => Images,
        _ => options.Models.FirstOrDefault(model => model.Name == encoder) is { } model && Takes(model, Texts) != Takes(model, Images)
            ? Takes(model, Texts) ? Texts : Images
            : null,
    };

    private static bool Takes(LocalModel model, string source) => (source == Texts ? (object?)model.Texts : model.Images) is not null;

    private static bool NamesTexts(EncodingOptions options) => options.Fields is not null || options.Texts is not null;

    private static void RefuseUnused(EncoderChoice[] choices, EncodingOptions options)
    {
        if (options.Dimensions is not null) RequireUse("--dimensions", [Tfidf, Endpoint], choices, options);
        if (options.Instruction is not null) RequireUse("--instruction", [Endpoint], choices, options);
    }

    /// <summary>Refuses an option that none of the chosen encoders takes.</summary>
    /// <param name="option">Its name in messages.</param>
    /// <param name="encoders">Those that take it.</param>
    /// <exception cref="InvalidInputException">None of them is chosen.</exception>
    internal static void RequireUse(string option, string[] encoders, IReadOnlyList<EncoderChoice> choices, EncodingOptions options)
    {
        if (choices.Any(choice => encoders.Contains(choice.Encoder))) return;
        string chosen = options.Encoder is { } named ? $"--encoder {named}" : $"{string.Join(" and ", choices.Select(choice => choice.Encoder))}, the default";
        throw new InvalidInputException($"{option} has no meaning for {chosen}; expected it with --encoder {string.Join(" or ", encoders)} only.");
    }

    private void RefuseContradiction(EncodingOptions options)
    {
        if (options.Source == Images && NamesTexts(options))
            throw new InvalidInputException($"--fields and --texts name texts; expected them with --source {Texts}, or without it.");
        if (Source == Images && Encoder == Endpoint && options.Instruction is not null)
            throw new InvalidInputException($"--instruction stands before texts; expected it with --source {Texts}, --texts or --fields, or not at all.");
        string? taken = OnlySource(Encoder, options);
        if (taken is null || taken == Source) return;
        throw new InvalidInputException(
            $"--encoder {Encoder} encodes {taken}, but '{Modality}' is to be made of {Source}; "
            + $"expected both to agree, so give --source {taken}, another --encoder or another --modality.");
    }
}
