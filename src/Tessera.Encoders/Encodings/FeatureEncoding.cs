using Microsoft.Extensions.AI;
using Tessera.Data;
using Tessera.Data.EventLogs;
using Tessera.Data.Storage;
using Tessera.Encoders.Endpoints;
using Tessera.Encoders.Images;

namespace Tessera.Encoders.Encodings;

/// <summary>Items → a modality in their folder: feature file, manifest entry and list of failures, each written whole.</summary>
public sealed partial class FeatureEncoding
{
    /// <summary>Contents in a call of a model in this process, which sorts them by length: of more there would be 1 % less padding, and later news.</summary>
    private const int ModelBatch = 256;

    private const string TextSample = "sample";
    private readonly ItemTable _table;
    private readonly EncoderChoice _choice;
    private readonly EncodingOptions _options;
    private readonly ModalityWriter _writer;

    /// <summary>Prepares the encoding; nothing is written yet.</summary>
    /// <param name="table">The items.</param>
    /// <param name="choice">What is to be made, such as <see cref="EncoderChoice.Of"/> gives.</param>
    /// <param name="options">How.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number of the options is out of its range.</exception>
    /// <exception cref="InvalidInputException">
    /// The name is no name for a file, features of that name are there that nothing describes, or the folder's manifest describes other items.
    /// </exception>
    public FeatureEncoding(ItemTable table, EncoderChoice choice, EncodingOptions options)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(choice);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_table, _choice, _options) = (table, choice, options);
        _writer = new ModalityWriter(table, choice.Modality, options.Replace)
        {
            Fields = ItemTexts.FieldsOf(table, choice, options),
            MayBeNone = options.MayBeNone,
        };
    }

    /// <summary>Encodes and writes, unless the same was encoded before and is there as it was written.</summary>
    /// <param name="progress">Told now and then.</param>
    /// <param name="cancellationToken">Stops; what a server encoded stays in the cache.</param>
    /// <exception cref="EndpointException">The server cannot encode anything.</exception>
    /// <exception cref="InvalidInputException">
    /// No item could be encoded, something cannot be read, another process is encoding the modality, or it is there, made of other contents or by other
    /// settings.
    /// </exception>
    /// <exception cref="StorageException">The system refuses to write.</exception>
    public async Task<EncodedModality> EncodeAsync(IProgress<EncodingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        await Task.Run(() => Prepare(cancellationToken), cancellationToken).ConfigureAwait(false);
        if (_finished is not null) return _finished;
        using IDisposable hold = _writer.Lock();
        if (await Task.Run(() => FindFinished(cancellationToken), cancellationToken).ConfigureAwait(false) is { } made) return made; // by another process since
        return await (_choice switch
        {
            { Encoder: EncoderChoice.Tfidf } => Task.Run(() => EncodeByTfidf(progress, cancellationToken), cancellationToken),
            { Encoder: EncoderChoice.Histogram } => Task.Run(() => EncodeByHistogram(progress, cancellationToken), cancellationToken),
            { Source: EncoderChoice.Texts } when Model is not null => EncodeByModelAsync(OpenTextModel, TextsOfModel(cancellationToken), progress, cancellationToken),
            _ when Model is not null => EncodeByModelAsync(OpenImageModel, (ItemImages.Of(_table), []), progress, cancellationToken),
            { Source: EncoderChoice.Images } => EncodeImagesByServerAsync(progress, cancellationToken),
            _ => EncodeTextsByServerAsync(progress, cancellationToken),
        }).ConfigureAwait(false);
    }

    private EncodedModality EncodeByHistogram(IProgress<EncodingProgress>? progress, CancellationToken cancellationToken)
    {
        return new LocalEncoding<DataContent>(
            HistogramIdentity, HistogramImageEncoder.Dimensions, image => HistogramImageEncoder.Encode(image.Data.Span, image.Name!), _options.Threads, outlives: true)
            .Encode(_writer, ItemImages.Of(_table), progress, cancellationToken);
    }

    private async Task<EncodedModality> EncodeByModelAsync<TContent>(
        Func<LocalModelEncoder<TContent>> open, (IEnumerable<ItemContent<TContent>> Contents, IReadOnlyList<string> Notices) given,
        IProgress<EncodingProgress>? progress, CancellationToken cancellationToken)
        where TContent : class
    {
        using LocalModelEncoder<TContent> model = open();
        return With(given.Notices, await EncodeAsync(model, given.Contents, progress, cancellationToken).ConfigureAwait(false));
    }

    private async Task<EncodedModality> EncodeTextsByServerAsync(IProgress<EncodingProgress>? progress, CancellationToken cancellationToken)
    {
        using var server = new EndpointEncoder(Server, _options.Dimensions);
        (IEnumerable<ItemContent<string>> texts, IReadOnlyList<string> notices) = Texts(_options.Instruction, cancellationToken);
        var encoder = new EmbeddingEncoder<string>(TextServerIdentity, server, text => text, TextSample);
        EncodedModality made = With(notices, await EncodeAsync(encoder, texts, progress, cancellationToken).ConfigureAwait(false));
        return With(server.Cost, made);
    }

    private async Task<EncodedModality> EncodeImagesByServerAsync(IProgress<EncodingProgress>? progress, CancellationToken cancellationToken)
    {
        using var server = new EndpointEncoder(Server, _options.Dimensions);
        await server.RequireSightAsync(cancellationToken).ConfigureAwait(false);
        var encoder = new EmbeddingEncoder<DataContent>(ImageServerIdentity, server, image => image.Uri, ItemImages.Sample);
        EncodedModality made = await EncodeAsync(encoder, ItemImages.Of(_table), progress, cancellationToken).ConfigureAwait(false);
        return With(server.Cost, made);
    }

    private async Task<EncodedModality> EncodeAsync<TContent>(
        IContentEncoder<TContent> encoder, IEnumerable<ItemContent<TContent>> contents, IProgress<EncodingProgress>? progress, CancellationToken cancellationToken)
        where TContent : class
    {
        // A model encodes on its own threads, each of which may be at another call while one more call is read and stored.
        int threads = _options.Threads > 0 ? _options.Threads : Environment.ProcessorCount;
        EncodingOptions options = Model is null ? _options : _options with { BatchSize = ModelBatch, ConcurrentRequests = threads + 1 };
        using EncodingCache cache = EncodingCache.Open(_options.CacheFile);
        return await CachedEncoding.EncodeAsync(_writer, encoder, contents, cache, options, progress, cancellationToken).ConfigureAwait(false);
    }

    private EndpointOptions Server => _options.Endpoint
        ?? throw new InvalidInputException($"No server is named to encode '{_choice.Modality}'; expected its address and a model.");

    private (IEnumerable<ItemContent<string>> Texts, IReadOnlyList<string> Notices) Texts(string? instruction, CancellationToken cancellationToken)
    {
        if (_options.Texts is not { } name) return (ItemTexts.OfFields(_table, _options.Fields, instruction), []);
        ItemTextFile file = ItemTextFile.Read(ItemTextFile.PathOf(_table.Directory, name), cancellationToken);
        int strangers = file.Texts.Count - _table.Ids.Count(file.Texts.ContainsKey);
        string notice = $"{SourceText.Counted(strangers, "text")} in {file.Path} {(strangers == 1 ? "is" : "are")} of no item in the folder.";
        return (ItemTexts.OfFile(_table, file, instruction), strangers > 0 ? [notice] : []);
    }

    /// <summary>The texts for a model in this process, which are cut at its limit: named fields, the long ones last.</summary>
    private (IEnumerable<ItemContent<string>> Texts, IReadOnlyList<string> Notices) TextsOfModel(CancellationToken cancellationToken) =>
        _writer.Fields is { Count: > 0 } fields ? (ItemTexts.OfNamedFields(_table, fields), []) : Texts(null, cancellationToken);

    private EncodedModality With(EndpointCost cost, EncodedModality made)
    {
        cost.Write(_table.Directory, _choice.Modality);
        made.Result.Cost = cost;
        return made;
    }

    private static EncodedModality With(IReadOnlyList<string> notices, EncodedModality made)
    {
        made.Result.Notices = [.. notices, .. made.Result.Notices];
        return made;
    }
}
