using Tessera.Cli.Output;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Data.EventLogs;
using Tessera.Encoders.Encodings;
using Tessera.Encoders.Images;
using Tessera.Encoders.Onnx;
using Tessera.Recommendation.Runs;

namespace Tessera.Cli.Commands;

/// <summary>Encodes the texts and images of new items as those of a run's items were, in a temporary folder.</summary>
/// <param name="files">The .onnx files of models that made a modality.</param>
internal sealed class NewItemEncoding(Session session, IReadOnlyList<string> files, string? cache)
{
    /// <summary>Features by item and modality, as far as the items have content for it.</summary>
    /// <param name="modalities">The modalities to encode.</param>
    /// <exception cref="InvalidInputException">A modality was made by an encoder that cannot encode later items here.</exception>
    public Dictionary<string, Dictionary<string, float[]>> Encode(IReadOnlyList<ItemRecord> items, IReadOnlyList<LiveModality> modalities)
    {
        Dictionary<string, Dictionary<string, float[]>> encoded = items.ToDictionary(item => item.Id, _ => new Dictionary<string, float[]>());
        DirectoryInfo folder = Directory.CreateTempSubdirectory("tessera-items-");
        try
        {
            File.WriteAllBytes(Path.Combine(folder.FullName, EventLog.ItemTableName), [.. items.SelectMany(item => ItemTableFile.Line(item, folder.FullName))]);
            ItemTable table = ItemTable.Open(folder.FullName, session.Cancellation);
            foreach (LiveModality modality in modalities)
            {
                if (HasContent(table, modality)) Encode(table, modality);
                else if (modality.Fields is null && table.Images > 0) session.Note($"No item has a picture that is there, so none has '{modality.Name}' features.");
            }

            foreach (Modality made in FeatureFolder.Read(folder.FullName, session.Cancellation).Modalities)
                for (int row = 0; row < items.Count; row++)
                    if (!made.Missing[row]) encoded[items[row].Id].Add(made.Name, made.Features.Row(row).ToArray());
            return encoded;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private void Encode(ItemTable table, LiveModality modality)
    {
        (LocalModel? model, string encoder) = EncoderOf(modality);
        string source = modality.Fields is null ? EncoderChoice.Images : EncoderChoice.Texts;
        var options = new EncodingOptions
        {
            Modality = modality.Name,
            Encoder = encoder,
            Source = source,
            Fields = modality.Fields is { } fields ? [.. fields.Where(table.Fields.Contains)] : null,
            Models = model is null ? [] : [model],
            CacheFile = model is null ? null : session.EncodingCacheFile(cache),
        };
        var encoding = new FeatureEncoding(table, new EncoderChoice(modality.Name, encoder, source), options);
        EncodedModality made = EncodingOutput.Follow(session, modality.Name, model is not null, progress => encoding.EncodeAsync(progress, session.Cancellation));
        foreach (string notice in made.Result.Notices) session.Note(notice);
        if (made.Result.Failures is [(string id, string reason), ..] failures)
            session.Note($"{Figures.Counted(failures.Count, "item")} without '{modality.Name}' features; the first is '{id}': {reason.TrimEnd('.')}.");
    }

    /// <summary>The model in the process that made a modality, or the name of an encoder without one.</summary>
    private (LocalModel? Model, string Encoder) EncoderOf(LiveModality modality)
    {
        if (modality is { Encoder: HistogramImageEncoder.Name, Version: HistogramImageEncoder.Version }) return (null, EncoderChoice.Histogram);
        LocalModel[] models = [OnnxModels.MiniLm(), OnnxModels.ResNet18(), .. files.Select(file => OnnxModels.Open(file))];
        if (models.FirstOrDefault(model => (model.Name, model.Version) == (modality.Encoder, modality.Version)) is { } model) return (model, model.Name);
        string ready = $"give ready vectors of {modality.Dimensions:N0} numbers as 'features': {{\"{modality.Name}\": […]}}";
        throw new InvalidInputException(modality.Encoder == OnnxModels.OwnName
            ? $"The features of '{modality.Name}' were made by the model {modality.Version}; expected its file as --model FILE.onnx with its settings in FILE.json beside it, or {ready}."
            : $"The features of '{modality.Name}' were made by {(modality.Encoder is null ? "an unknown encoder" : $"{modality.Encoder} {modality.Version}")}, "
                + $"which is not at hand to encode later items (a run keeps no state of tfidf-svd and no address of a server); {ready}.");
    }

    private static bool HasContent(ItemTable table, LiveModality modality) =>
        modality.Fields is { } fields
            ? table.Records().Any(item => fields.Any(field => item.Texts.TryGetValue(field, out string? text) && !string.IsNullOrWhiteSpace(text)))
            : table.Records().Any(item => item.Image is { } image && File.Exists(Path.Combine(table.Directory, image)));
}
