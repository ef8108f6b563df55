using System.CommandLine;
using System.Globalization;
using Tessera.Cli.Output;
using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Data;
using Tessera.Data.EventLogs;
using Tessera.Encoders.Encodings;
using Tessera.Encoders.Endpoints;
using Tessera.Encoders.Images;
using Tessera.Encoders.Texts;

namespace Tessera.Cli.Commands;

internal sealed partial class DataEncodeCommand
{
    /// <summary>How much a built-in encoder does at once; 16 images in one task are enough to keep a core busy, few enough to hold.</summary>
    /// <param name="threads">Most threads, 0 for one a core.</param>
    internal static EncodingOptions Local(int threads) => new() { BatchSize = 16, Parallel = threads > 0 ? threads : Environment.ProcessorCount };

    /// <summary>The encoder is fitted to these very texts, so its vectors fit no other run: they are kept in memory only.</summary>
    private EncodedModality EncodeByTfidf(ParseResult parsed, Session session, ItemTable table, string modality, FeatureEncoding encoding)
    {
        using ItemTextFile? file = TextFile(parsed, session, table);
        string[] corpus = [.. TextsOf(parsed, table, file, null).Where(item => item.Content is not null).Select(item => item.Content!)];
        if (corpus.Length == 0) throw new InvalidInputException($"No item in '{table.Directory}' has a text to encode as '{modality}'; choose other fields or another source.");
        using var device = new Device(parsed.GetValue(_threads));
        int dimensions = parsed.GetValue(_dimensions) is > 0 and var given ? given : TfidfEncoder.DefaultDimensions;
        using TfidfEncoder encoder = FittingDisplay.Follow(session.Error, modality, progress => TfidfEncoder.Fit(
            corpus, dimensions, device, new Rng(parsed.GetValue(_seed)).Stream("tfidf"), progress: progress, cancellation: session.Cancellation));
        if (encoder.Dimensions < dimensions)
            session.Note($"The texts have only {encoder.Dimensions} independent directions: '{modality}' has as many dimensions, not {dimensions}.");
        using EncodingCache cache = EncodingCache.InMemory();
        var identity = new EncoderIdentity(TfidfEncoder.Name, encoder.Fingerprint);
        EncodedModality made = EncodingDisplay.Follow(session.Error, modality, progress => encoding.EncodeAsync(
            identity, encoder, string.Join(' ', encoder.Terms), TextsOf(parsed, table, file, null), cache, Local(parsed.GetValue(_threads)), progress,
            session.Cancellation).GetAwaiter().GetResult());
        EncodingOutput.NoteFailures(session, table.Directory, modality, $"'{modality}' features", made.Result, cache);
        return made;
    }

    private EncodedModality EncodeByHistogram(ParseResult parsed, Session session, ItemTable table, string modality, FeatureEncoding encoding)
    {
        using var encoder = new HistogramImageEncoder();
        using EncodingCache cache = OpenCache(parsed, session);
        return Follow(session, table, modality, cache, progress => encoding.EncodeAsync(
            new EncoderIdentity(HistogramImageEncoder.Name, HistogramImageEncoder.Version), encoder, ItemImages.Sample, ItemImages.Of(table), cache,
            Local(parsed.GetValue(_threads)), progress, session.Cancellation));
    }

    private EncodedModality EncodeImagesByEndpoint(ParseResult parsed, Session session, ItemTable table, string modality, FeatureEncoding encoding)
    {
        EndpointOptions server = _server.Read(parsed, session);
        using var encoder = new EndpointImageEncoder(server, Shortened(parsed));
        using EncodingCache cache = OpenCache(parsed, session);
        return Follow(session, table, modality, cache, async progress =>
        {
            await encoder.CheckAsync(session.Cancellation).ConfigureAwait(false);
            return await encoding.EncodeAsync(
                Identity("endpoint-image", server, parsed), encoder, ItemImages.Sample, ItemImages.Of(table), cache, Remote(parsed), progress,
                session.Cancellation).ConfigureAwait(false);
        });
    }

    private EncodedModality EncodeTextsByEndpoint(ParseResult parsed, Session session, ItemTable table, string modality, FeatureEncoding encoding)
    {
        EndpointOptions server = _server.Read(parsed, session);
        using ItemTextFile? file = TextFile(parsed, session, table);
        using var encoder = new EndpointTextEncoder(server, Shortened(parsed));
        IEnumerable<ItemContent<string>> contents = TextsOf(parsed, table, file, parsed.GetValue(_instruction));
        using EncodingCache cache = OpenCache(parsed, session);
        return Follow(session, table, modality, cache, progress => encoding.EncodeAsync(
            Identity(Endpoint, server, parsed), encoder, "sample", contents, cache, Remote(parsed), progress, session.Cancellation));
    }

    /// <summary>The number of dimensions to ask a server for; null for the model's own.</summary>
    private int? Shortened(ParseResult parsed) => parsed.GetValue(_dimensions) is > 0 and var given ? given : null;

    private EncodingOptions Remote(ParseResult parsed) => new() { BatchSize = parsed.GetValue(_batch), Parallel = _server.Parallel(parsed) };

    private EncoderIdentity Identity(string name, EndpointOptions server, ParseResult parsed) =>
        new(name, server.Model, Shortened(parsed)?.ToString(CultureInfo.InvariantCulture) ?? "");

    private EncodingCache OpenCache(ParseResult parsed, Session session) => EncodingCache.Open(session.EncodingCacheFile(parsed.GetValue(_cache)));

    private ItemTextFile? TextFile(ParseResult parsed, Session session, ItemTable table)
    {
        if (parsed.GetValue(_texts) is not { } name) return null;
        ItemTextFile file = ItemTextFile.Open(ItemTextFile.PathOf(table.Directory, name), session.Cancellation);
        int strangers = file.Count - table.Ids.Count(id => file.Has(id));
        if (strangers > 0) session.Note($"{Figures.Count(strangers)} texts in {file.Path} are of no item in the folder.");
        return file;
    }

    private IEnumerable<ItemContent<string>> TextsOf(ParseResult parsed, ItemTable table, ItemTextFile? file, string? instruction) => file is not null
        ? ItemTexts.OfFile(table, file, instruction)
        : ItemTexts.OfFields(table, parsed.GetValue(_fields)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), instruction);

    private static EncodedModality Follow(
        Session session, ItemTable table, string modality, EncodingCache cache, Func<IProgress<EncodingProgress>, Task<EncodedModality>> work)
    {
        EncodedModality made = EncodingOutput.Resumable(
            session, () => EncodingDisplay.Follow(session.Error, modality, progress => work(progress).GetAwaiter().GetResult()));
        EncodingOutput.NoteFailures(session, table.Directory, modality, $"'{modality}' features", made.Result, cache);
        return made;
    }
}
