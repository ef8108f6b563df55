using System.Globalization;
using Microsoft.Extensions.AI;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Data.Storage;
using Tessera.Encoders.Images;
using Tessera.Encoders.Texts;

namespace Tessera.Encoders.Encodings;

public sealed partial class FeatureEncoding
{
    private EncodedModality? _finished;
    private bool _prepared;

    /// <summary>The model in this process that is to encode, or null where another kind of encoder is.</summary>
    private LocalModel? Model => _options.Models.FirstOrDefault(model => model.Name == _choice.Encoder);

    private EncoderIdentity ModelIdentity => new(Model!.Name, Model.Version, _choice.Source) { Space = Model.Space };

    private static EncoderIdentity HistogramIdentity => new(HistogramImageEncoder.Name, HistogramImageEncoder.Version);

    private EncoderIdentity TextServerIdentity => new("endpoint", Server.Model, ServerSettings);

    private EncoderIdentity ImageServerIdentity => new("endpoint-image", Server.Model, ServerSettings);

    private string ServerSettings => _options.Dimensions?.ToString(CultureInfo.InvariantCulture) ?? "";

    /// <summary>
    /// Looks whether the modality is there already, made of the same contents in the same way; where it is not, makes sure that libraries,
    /// cache and folder can be used. Nothing is encoded yet.
    /// </summary>
    /// <exception cref="InvalidInputException">
    /// The modality is there, made of other contents or in another way; another process is encoding it; or something cannot be used.
    /// </exception>
    /// <exception cref="StorageException">Folder or cache cannot be written.</exception>
    internal void Prepare(CancellationToken cancellationToken)
    {
        if (_prepared) return;
        _finished = FindFinished(cancellationToken);
        if (_finished is null) RequireMeans(cancellationToken);
        _prepared = true;
    }

    private EncodedModality? FindFinished(CancellationToken cancellationToken)
    {
        if (_options.Replace || _writer.Finished() is not { } entry) return null;
        if (!CameWithTheData(entry) && (entry.Encoder != EncoderName || entry.Space != Model?.Space || entry.Content != ContentKey.HashOf(Contents(entry, cancellationToken))))
        {
            throw new InvalidInputException(
                $"'{_writer.FilePath}' was made of other contents or in another way ({entry.Encoder}, {SourceText.Counted(entry.Dimensions, "dimension")}{(entry.Space is null ? "" : $", in the space '{entry.Space}'")}); "
                + "give --replace to make it anew, or --modality with another name.");
        }

        var result = new EncodingResult(new ContentKey?[entry.Rows], [], encoded: 0, cached: entry.Rows - entry.Missing.Count, truncated: 0);
        return new EncodedModality(entry, result) { IsSkipped = true };
    }

    /// <summary>Whether nobody asked for this modality by name, and another encoder made the one that is there.</summary>
    private bool CameWithTheData(FeatureManifestEntry entry) => _options is { Modality: null, Encoder: null, Source: null } && entry.Encoder != EncoderName;

    private string EncoderName => _choice switch
    {
        { Encoder: EncoderChoice.Tfidf } => TfidfEncoder.Name,
        { Encoder: EncoderChoice.Histogram } => HistogramIdentity.Name,
        _ when Model is not null => ModelIdentity.Name,
        { Source: EncoderChoice.Images } => ImageServerIdentity.Name,
        _ => TextServerIdentity.Name,
    };

    /// <summary>The items' contents as the encoder would be given them today; TF-IDF's version is that of the features that are there.</summary>
    private IEnumerable<ContentKey?> Contents(FeatureManifestEntry entry, CancellationToken cancellationToken) => _choice switch
    {
        { Encoder: EncoderChoice.Tfidf } => Texts(null, cancellationToken).Texts.Select(TfidfIdentity(entry.Version).KeyOf),
        { Encoder: EncoderChoice.Histogram } => ItemImages.Of(_table).Select(HistogramIdentity.KeyOf),
        { Source: EncoderChoice.Images } when Model is not null => ItemImages.Of(_table).Select(ModelIdentity.KeyOf),
        _ when Model is not null => TextsOfModel(cancellationToken).Texts.Select(ModelIdentity.KeyOf),
        { Source: EncoderChoice.Images } => ItemImages.Of(_table).Select(ImageServerIdentity.KeyOf),
        _ => Texts(_options.Instruction, cancellationToken).Texts.Select(TextServerIdentity.KeyOf),
    };

    private LocalModelEncoder<string> OpenTextModel() => new(ModelIdentity, Model!.Texts!(), TextSample);

    private LocalModelEncoder<DataContent> OpenImageModel() => new(ModelIdentity, Model!.Images!(), ItemImages.Sample);

    private void RequireMeans(CancellationToken cancellationToken)
    {
        _writer.Lock().Dispose(); // the folder can be written, and no other process is at work
        if (_choice.Source == EncoderChoice.Images) HistogramImageEncoder.Encode(ItemImages.Sample.Data.Span, ItemImages.Sample.Name!); // loads the library
        if (_choice.Encoder == EncoderChoice.Endpoint || Model is not null) EncodingCache.Open(_options.CacheFile).Dispose();
        if (Model is null) return;
        if (_choice.Source == EncoderChoice.Texts) OpenTextModel().RequireSample(cancellationToken);
        else OpenImageModel().RequireSample(cancellationToken);
    }
}
