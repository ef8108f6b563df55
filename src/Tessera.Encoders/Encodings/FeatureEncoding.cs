using Microsoft.Extensions.AI;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Data.EventLogs;
using Tessera.Encoders.Endpoints;

namespace Tessera.Encoders.Encodings;

/// <summary>Items → a modality in their folder.</summary>
public sealed class FeatureEncoding
{
    private readonly ItemTable _table;
    private readonly string _modality;

    /// <summary>Prepares the encoding; nothing is written yet.</summary>
    /// <param name="table">The items.</param>
    /// <param name="modality">Name of the modality.</param>
    /// <param name="replace">Whether a modality of this name may be there already, to be written anew.</param>
    /// <exception cref="InvalidInputException">The name is no name for a file, the modality is there, or the folder's manifest describes other items.</exception>
    public FeatureEncoding(ItemTable table, string modality, bool replace)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(modality);
        if (modality.Length == 0 || !modality.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            throw new InvalidInputException($"'{modality}' cannot name a modality; expected letters, digits, '-' and '_' only.");
        string path = FeatureFolder.PathOf(table.Directory, modality);
        if (!replace && File.Exists(path))
            throw new InvalidInputException($"'{path}' exists already; give --replace to write it anew, or --modality with another name.");
        ModalityWriter.ManifestOf(table.Directory, table.Ids);
        (_table, _modality) = (table, modality);
    }

    /// <summary>Encodes the contents and writes feature file, manifest entry and list of failures, each whole.</summary>
    /// <param name="identity">Identity of the encoder.</param>
    /// <param name="generator">The encoder.</param>
    /// <param name="sample">A content that any such encoder which works can encode.</param>
    /// <param name="contents">One for each item, in order.</param>
    /// <param name="cache">Where results are looked up and stored.</param>
    /// <param name="options">How much at once.</param>
    /// <param name="progress">Told after each batch.</param>
    /// <param name="cancellation">Stops; what was encoded stays in the cache.</param>
    /// <exception cref="EndpointException">The encoder cannot encode anything.</exception>
    /// <exception cref="InvalidInputException">No item could be encoded, or something cannot be read or written.</exception>
    public async Task<EncodedModality> EncodeAsync<TContent>(
        EncoderIdentity identity,
        IEmbeddingGenerator<TContent, Embedding<float>> generator,
        TContent sample,
        IEnumerable<ItemContent<TContent>> contents,
        EncodingCache cache,
        EncodingOptions options,
        IProgress<EncodingProgress>? progress = null,
        CancellationToken cancellation = default)
        where TContent : class
    {
        ArgumentNullException.ThrowIfNull(identity);
        ArgumentNullException.ThrowIfNull(cache);
        var encoder = new EmbeddingEncoder<TContent>(identity, generator, sample);
        var run = new EncodingRun<TContent>(encoder, cache, options, _table.Ids.Count, progress);
        EncodingResult result = await run.ExecuteAsync(contents, cancellation).ConfigureAwait(false);
        return new EncodedModality(ModalityWriter.Write(_table.Directory, _modality, identity, _table.Ids, result, cache), result);
    }
}
