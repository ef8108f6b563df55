using Tessera.Encoders.Images;
using Tessera.Encoders.Texts;

namespace Tessera.Encoders.Encodings;

/// <summary>What made a modality of a run's data, so that later items can be encoded likewise.</summary>
/// <param name="Modality">Name of the modality.</param>
/// <param name="Encoder">Its encoder, or null if unknown.</param>
/// <param name="Version">Version of the encoder.</param>
/// <param name="Fields">The text fields that were encoded, in order; none where it was a file of texts, null where it was images or nobody knows.</param>
internal sealed record ModalityOrigin(string Modality, string? Encoder, string? Version, IReadOnlyList<string>? Fields)
{
    /// <summary>Whether it was made of images.</summary>
    public bool IsOfImages => Fields is null && Encoder is not null;

    /// <summary>Whether it was made of what a later item has too: images, or texts by field.</summary>
    public bool IsOfItems => IsOfImages || Fields is { Count: > 0 };

    /// <summary>Whether its encoder was fitted to the texts of the data.</summary>
    public bool IsFitted => this is { Encoder: TfidfEncoder.Name, Fields: not null };

    /// <summary>Whether an item has a text that it is made of.</summary>
    public bool HasText(IReadOnlyDictionary<string, string> texts) => Fields?.Any(field => !string.IsNullOrWhiteSpace(texts.GetValueOrDefault(field))) == true;

    /// <summary>The encoder that made it, if it is at hand.</summary>
    /// <param name="models">Models in this process, which are looked through only where it was none of the built-in encoders.</param>
    /// <param name="fittedTo">The file of the encoder that was fitted to a modality, or null where the run keeps none.</param>
    /// <returns>The model in the process or the name of an encoder without one, with its file where it was fitted; null where it is not at hand.</returns>
    public (LocalModel? Model, string Encoder, string? Fitted)? FindEncoder(IEnumerable<LocalModel> models, Func<string, string?> fittedTo)
    {
        if (!IsOfItems) return null;
        if (this is { Encoder: HistogramImageEncoder.Name, Version: HistogramImageEncoder.Version }) return (null, EncoderChoice.Histogram, null);
        if (IsFitted && fittedTo(Modality) is { } fitted) return (null, EncoderChoice.Tfidf, fitted);
        return models.FirstOrDefault(model => (model.Name, model.Version) == (Encoder, Version) && (IsOfImages ? model.Images is not null : model.Texts is not null)) is { } found
            ? (found, found.Name, null) : null;
    }
}
