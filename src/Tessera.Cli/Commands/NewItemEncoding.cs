using Tessera.Cli.Output;
using Tessera.Data;
using Tessera.Data.DatasetFolder;
using Tessera.Data.EventLogs;
using Tessera.Data.Storage;
using Tessera.Encoders.Encodings;
using Tessera.Encoders.Onnx;
using Tessera.Encoders.Texts;
using Tessera.Recommendation.Runs;

namespace Tessera.Cli.Commands;

/// <summary>
/// Encodes the texts and images of new items as those of a run's items were, in a temporary folder. A modality that any item brings along is encoded for
/// none.
/// </summary>
/// <param name="modalities">The run's.</param>
/// <param name="files">The .onnx files of models that made a modality.</param>
/// <param name="fittedTo">The file of the encoder that was fitted to a modality, or null where the run keeps none.</param>
/// <param name="mayBeBare">Whether an item needs no features.</param>
internal sealed class NewItemEncoding(
    Session session, IReadOnlyList<GivenItem> given, IReadOnlyList<LiveModality> modalities, IReadOnlyList<string> files, string? cache,
    Func<string, string?> fittedTo, Func<ItemRecord, bool> mayBeBare)
{
    /// <summary>Fields whose text is an item's title, the first that it has.</summary>
    public static readonly string[] TitleFields = ["title", "name"];

    private readonly LiveModality[] _open = [.. modalities.Where(modality => !given.Any(item => item.Features.ContainsKey(modality.Name)))];

    /// <summary>Refuses an item of which nothing can be encoded, and notes what of the items is of no use.</summary>
    /// <exception cref="InvalidInputException">There is such an item.</exception>
    public void Check()
    {
        foreach (GivenItem item in given)
        {
            if (item.Features.Count > 0 || mayBeBare(item.Item) || _open.Any(modality => HasContent(item.Item, modality))) continue;
            string picture = item.Item.Image is not null && _open.Any(IsOfImages) ? $"; {WhyNoPicture(item.Item)}" : "";
            throw item.Refused(
                $"Item '{item.Item.Id}' has no features, so nothing tells what it is like; expected {string.Join(" or ", modalities.Select(Expected))}{picture}.");
        }

        string[] used = [.. TitleFields, .. modalities.SelectMany(modality => modality.Fields ?? [])];
        bool hasIdlePictures = !modalities.Any(IsOfImages) && given.Any(item => item.Item.Image is not null);
        string[] unused = [.. given.SelectMany(item => item.Item.Texts.Keys).Distinct().Except(used), .. hasIdlePictures ? ["image"] : Array.Empty<string>()];
        if (unused.Length > 0)
            session.Note($"No modality of the run is made of {SourceText.Listed(unused)}, so {(unused.Length == 1 ? "it is" : "they are")} left out; texts that count are {string.Join(", ", used.Distinct())}.");
    }

    /// <summary>Features by item and modality, as far as the items have content for it.</summary>
    /// <exception cref="InvalidInputException">
    /// A modality was made by an encoder that cannot encode later items here, or an item that needs features has nothing in which an encoder finds any.
    /// </exception>
    public Dictionary<string, Dictionary<string, float[]>> Encode()
    {
        ItemRecord[] items = [.. given.Select(item => item.Item)];
        Dictionary<string, Dictionary<string, float[]>> encoded = items.ToDictionary(item => item.Id, _ => new Dictionary<string, float[]>());
        var encoders = _open.Where(modality => items.Any(item => HasContent(item, modality))).Select(modality => (Modality: modality, Encoder: EncoderOf(modality))).ToList();
        foreach (LiveModality modality in _open.Except(encoders.Select(one => one.Modality)).Where(IsOfImages))
        {
            if (items.FirstOrDefault(item => item.Image is not null) is { } first)
                session.Note($"No item has a picture that is there, so none has '{modality.Name}' features; the first is '{first.Id}': {WhyNoPicture(first)}.");
        }

        if (encoders.Count == 0) return encoded;
        DirectoryInfo folder = Directory.CreateTempSubdirectory("tessera-items-");
        try
        {
            File.WriteAllBytes(Path.Combine(folder.FullName, EventLog.ItemTableName), [.. items.SelectMany(item => ItemTableFile.Line(item, folder.FullName))]);
            ItemTable table = ItemTable.Open(folder.FullName, session.Cancellation);
            var failures = new List<(string Id, string Reason)>();
            foreach ((LiveModality modality, (LocalModel? model, string encoder, string? fitted)) in encoders)
                failures.AddRange(Encode(table, modality, model, encoder, fitted).Select(failure => (failure.Id, $"'{modality.Name}': {failure.Reason.TrimEnd('.')}")));
            foreach (Modality made in FeatureFolder.Read(folder.FullName, session.Cancellation).Modalities)
                for (int row = 0; row < items.Length; row++)
                    if (!made.Missing[row]) encoded[items[row].Id].Add(made.Name, made.Features.Row(row).ToArray());
            if (given.FirstOrDefault(item => item.Features.Count == 0 && encoded[item.Item.Id].Count == 0 && !mayBeBare(item.Item)) is { } empty)
            {
                string reasons = string.Join("; ", failures.Where(failure => failure.Id == empty.Item.Id).Select(failure => failure.Reason));
                throw empty.Refused($"Item '{empty.Item.Id}' has no features, so nothing tells what it is like ({reasons}); expected another text or picture, or ready vectors as 'features'.");
            }

            return encoded;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <returns>The items without a vector, and why.</returns>
    private IReadOnlyList<(string Id, string Reason)> Encode(ItemTable table, LiveModality modality, LocalModel? model, string encoder, string? fitted)
    {
        string source = IsOfImages(modality) ? EncoderChoice.Images : EncoderChoice.Texts;
        var options = new EncodingOptions
        {
            Modality = modality.Name,
            Encoder = encoder,
            Source = source,
            Fields = modality.Fields is { } fields ? [.. fields.Where(table.Fields.Contains)] : null,
            Models = model is null ? [] : [model],
            FittedEncoder = fitted,
            MayBeNone = true,
            CacheFile = model is null ? null : session.EncodingCacheFile(cache),
        };
        var encoding = new FeatureEncoding(table, new EncoderChoice(modality.Name, encoder, source), options);
        EncodedModality made = EncodingOutput.Follow(session, modality.Name, model is not null, progress => encoding.EncodeAsync(progress, session.Cancellation));
        foreach (string notice in made.Result.Notices) session.Note(notice);
        if (made.Result.Failures is [(string id, string reason), ..] failures)
            session.Note($"{Figures.Counted(failures.Count, "item")} without '{modality.Name}' features; the first is '{id}': {reason.TrimEnd('.')}.");
        return made.Result.Failures;
    }

    /// <summary>The model in the process that made a modality, or the name of an encoder without one, with its file where it was fitted.</summary>
    private (LocalModel? Model, string Encoder, string? Fitted) EncoderOf(LiveModality modality)
    {
        ModalityOrigin origin = OriginOf(modality);
        if (origin.FindEncoder(Models(), fittedTo) is { } found) return found;
        string ready = $"give ready vectors of {modality.Dimensions:N0} numbers as 'features': {{\"{modality.Name}\": […]}}";
        if (origin.IsFitted)
            throw new InvalidInputException(
                $"The features of '{modality.Name}' were made by {TfidfEncoder.Name}, fitted to the texts of the data, and the run keeps no such encoder; "
                + $"encode them again ('tessera data encode --modality {modality.Name} --encoder {EncoderChoice.Tfidf} --replace') and train, or {ready}.");
        throw new InvalidInputException(modality.Encoder == OnnxModels.OwnName
            ? $"The features of '{modality.Name}' were made by the model {modality.Version}; expected its file as --model FILE.onnx with its settings in FILE.json beside it, or {ready}."
            : $"The features of '{modality.Name}' were made by {(modality.Encoder is null ? "an unknown encoder" : $"{modality.Encoder} {modality.Version}")}, "
                + $"which is not at hand to encode later items (a run keeps no address of a server, and new items have no texts but their fields); {ready}.");
    }

    private IEnumerable<LocalModel> Models()
    {
        foreach (LocalModel model in (LocalModel[])[OnnxModels.MiniLm(), OnnxModels.ResNet18(), .. files.Select(file => OnnxModels.Open(file))]) yield return model;
    }

    private static ModalityOrigin OriginOf(LiveModality modality) => new(modality.Name, modality.Encoder, modality.Version, modality.Fields);

    private static bool IsOfImages(LiveModality modality) => OriginOf(modality).IsOfImages;

    private static bool HasContent(ItemRecord item, LiveModality modality) =>
        IsOfImages(modality) ? WhyNoPicture(item) is null : OriginOf(modality).HasText(item.Texts);

    private static string? WhyNoPicture(ItemRecord item) => item.Image is not { } image ? "it names no image"
        : PicturePath.IsAddress(image) ? $"its image is at the address '{image}'; download it and name the file"
        : File.Exists(image) ? null : $"its image '{image}' does not exist";

    private static string Expected(LiveModality modality) => IsOfImages(modality) ? $"a picture ('image') or features for '{modality.Name}'"
        : modality.Fields is { Count: > 0 } fields ? $"a text ({string.Join(", ", fields)}) for '{modality.Name}'" : $"features for '{modality.Name}'";
}
