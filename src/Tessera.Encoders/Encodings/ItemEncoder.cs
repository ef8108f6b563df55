using Microsoft.Extensions.AI;
using Tessera.Data;
using Tessera.Encoders.Images;
using Tessera.Encoders.Texts;

namespace Tessera.Encoders.Encodings;

/// <summary>Encodes one modality of later items as the data's was, one item at a time, in memory. Any number of threads may use it.</summary>
internal sealed class ItemEncoder : IDisposable
{
    private readonly Func<string, CancellationToken, Task<float[]>>? _texts;
    private readonly Func<DataContent, CancellationToken, Task<float[]>>? _images;
    private readonly IDisposable? _held;

    private ItemEncoder(
        ModalityOrigin origin, Func<string, CancellationToken, Task<float[]>>? texts, Func<DataContent, CancellationToken, Task<float[]>>? images, IDisposable? held) =>
        (Origin, _texts, _images, _held) = (origin, texts, images, held);

    /// <summary>What it encodes like.</summary>
    public ModalityOrigin Origin { get; }

    /// <summary>Opens the encoder that made a modality; null where that is not at hand.</summary>
    /// <exception cref="InvalidInputException">The encoder's file is damaged, or the model cannot be opened.</exception>
    public static ItemEncoder? Open(ModalityOrigin origin, IEnumerable<LocalModel> models, Func<string, string?> fittedTo)
    {
        if (origin.FindEncoder(models, fittedTo) is not (var model, _, var fitted)) return null;
        if (fitted is not null)
        {
            TfidfEncoder words = TfidfEncoder.Open(fitted);
            return new ItemEncoder(origin, (text, _) => Task.FromResult(words.Encode(text)), null, words);
        }

        if (model is null) return new ItemEncoder(origin, null, (image, _) => Task.FromResult(HistogramImageEncoder.Encode(image.Data.Span, image.Name!)), null);
        if (origin.IsOfImages)
        {
            IEmbeddingGenerator<DataContent, Embedding<float>> ofImages = model.Images!();
            return new ItemEncoder(origin, null, (image, cancel) => FirstAsync(ofImages, image, cancel), ofImages);
        }

        IEmbeddingGenerator<string, Embedding<float>> ofTexts = model.Texts!();
        return new ItemEncoder(origin, (text, cancel) => FirstAsync(ofTexts, text, cancel), null, ofTexts);
    }

    /// <summary>The text that is encoded of an item; null where it has none.</summary>
    public string? TextOf(IReadOnlyDictionary<string, string> texts)
    {
        if (!Origin.HasText(texts)) return null;
        return Origin.IsFitted ? ItemTexts.Joined(texts, Origin.Fields!) : ItemTexts.Named(texts, Origin.Fields!);
    }

    /// <summary>The features of a text.</summary>
    /// <returns>Finite numbers and never zeros alone: the problem says why there are none.</returns>
    public Task<(float[]? Features, string? Problem)> EncodeAsync(string text, CancellationToken cancellationToken) => CheckedAsync(() => _texts!(text, cancellationToken));

    /// <summary>The features of an image.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">The image in messages.</param>
    /// <returns>Finite numbers and never zeros alone: the problem says why there are none.</returns>
    public Task<(float[]? Features, string? Problem)> EncodeAsync(ReadOnlyMemory<byte> bytes, string name, CancellationToken cancellationToken) =>
        ImageFile.MediaTypeOf(bytes.Span) is { } type
            ? CheckedAsync(() => _images!(new DataContent(bytes, type) { Name = name }, cancellationToken))
            : Task.FromResult<(float[]?, string?)>((null, $"{name} is no image in {ImageFile.Formats}, or its header is damaged"));

    /// <inheritdoc/>
    public void Dispose() => _held?.Dispose();

    private static async Task<float[]> FirstAsync<T>(IEmbeddingGenerator<T, Embedding<float>> model, T content, CancellationToken cancellationToken) =>
        await model.GenerateAsync([content], cancellationToken: cancellationToken).ConfigureAwait(false) is [var vector]
            ? vector.Vector.ToArray()
            : throw new InvalidInputException("the model does not give one vector for one content");

    private static async Task<(float[]? Features, string? Problem)> CheckedAsync(Func<Task<float[]>> encode)
    {
        try
        {
            float[] features = await encode().ConfigureAwait(false);
            return EncodedVectors.ProblemOf(features) is { } problem ? (null, problem) : (features, null);
        }
        catch (InvalidInputException cause)
        {
            return (null, cause.Message.TrimEnd('.'));
        }
    }
}
