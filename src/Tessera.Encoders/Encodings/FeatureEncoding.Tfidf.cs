using System.Diagnostics;
using System.Globalization;
using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Data;
using Tessera.Encoders.Texts;

namespace Tessera.Encoders.Encodings;

public sealed partial class FeatureEncoding
{
    private int TfidfDimensions => _options.Dimensions ?? TfidfEncoder.DefaultDimensions;

    private EncoderIdentity TfidfIdentity(string fingerprint) => new(
        TfidfEncoder.Name, fingerprint, EncoderIdentity.Join(TfidfDimensions.ToString(CultureInfo.InvariantCulture), _options.Seed.ToString(CultureInfo.InvariantCulture)));

    private EncodedModality EncodeByTfidf(IProgress<EncodingProgress>? progress, CancellationToken cancellationToken)
    {
        (IEnumerable<ItemContent<string>> texts, IReadOnlyList<string> notices) = Texts(null, cancellationToken);
        using TfidfEncoder encoder = _options.FittedEncoder is { } file ? TfidfEncoder.Open(file) : FitTfidf(texts, progress, cancellationToken);
        if (_options.FittedEncoder is null) _writer.SaveEncoder = encoder.Save;
        if (_options.FittedEncoder is null && encoder.Dimensions < TfidfDimensions)
        {
            notices = [.. notices, string.Create(
                CultureInfo.InvariantCulture,
                $"The texts have only {encoder.Dimensions} independent directions: '{_choice.Modality}' has as many dimensions, not {TfidfDimensions}.")];
        }

        EncoderIdentity identity = TfidfIdentity(encoder.Fingerprint);
        return With(notices, new LocalEncoding<string>(identity, encoder.Dimensions, encoder.Encode, _options.Threads)
            .Encode(_writer, texts, progress, cancellationToken));
    }

    private TfidfEncoder FitTfidf(IEnumerable<ItemContent<string>> texts, IProgress<EncodingProgress>? progress, CancellationToken cancellationToken)
    {
        string[] corpus = [.. texts.Select(item => item.Content).OfType<string>()];
        if (corpus.Length == 0)
            throw new InvalidInputException($"No item in '{_table.Directory}' has a text to encode as '{_choice.Modality}'; choose other fields or another source.");
        var time = Stopwatch.StartNew();
        var stages = new Relay<(string Stage, double Share)>(value =>
            progress?.Report(new EncodingProgress(_writer.Items, 0, 0, 0, time.Elapsed) { Stage = value.Stage, Share = value.Share }));
        using var device = new Device(_options.Threads);
        return TfidfEncoder.Fit(
            corpus, TfidfDimensions, device, new Rng(_options.Seed).Stream("tfidf"), progress: stages, cancellationToken: cancellationToken);
    }
}
