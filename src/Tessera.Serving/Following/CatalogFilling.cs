using System.Collections;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Tessera.Data;
using Tessera.Data.EventLogs;
using Tessera.Data.Storage;
using Tessera.Encoders.Images;
using Tessera.Recommendation.Runs;
using Tessera.Serving.Stores;

namespace Tessera.Serving.Following;

/// <summary>
/// Puts a run's items into the catalog, so that a shop can change and delete what is recommended, with what the item table of a data set says of them. Those
/// that are there stay as they are, so a filling that was broken off goes on. Nothing is encoded: the model knows these items.
/// </summary>
/// <param name="run">The run.</param>
/// <param name="dataset">Folder of the data set, with an item table or without; null for none.</param>
internal sealed partial class CatalogFilling(Store store, TrainedRun run, string? dataset, ILogger logger)
{
    private const int LongestAttribute = 32;
    private const int MostImageBytes = 32 << 20; // at a time
    private static readonly string[] TitleFields = ["title", "name"]; // the first that an item has
    private readonly HashSet<string> _encoded = [.. (run.Live?.Modalities ?? []).SelectMany(modality => modality.Fields ?? [])];
    private readonly BitArray _put = new(run.ItemCount);
    private readonly List<(ItemDraft, ItemImage?)> _batch = [];
    private int _imageBytes, _strangers, _withoutImage, _withoutAddress;
    private string? _firstWithoutImage, _firstWithoutAddress;

    /// <summary>Puts them in batches.</summary>
    /// <exception cref="InvalidInputException">There is no such folder, or what it holds is none or of other items.</exception>
    /// <exception cref="StorageException">The store cannot be written.</exception>
    public async Task PutAsync(CancellationToken cancel)
    {
        if (dataset is not null) await PutTableAsync(dataset, cancel);
        for (int item = 0; item < run.ItemCount; item++)
        {
            string id = run.ItemId(item);
            if (!_put[item] && run.TryFindItem(id) == item) await PutAsync(new ItemDraft(id) { Title = run.TitleOf(item), Hidden = IsHidden(item) }, null, cancel);
        }

        await WriteAsync(cancel);
        if (_firstWithoutAddress is { } first) WithoutAddress(logger, _withoutAddress, first);
    }

    private async Task PutTableAsync(string folder, CancellationToken cancel)
    {
        if (!Directory.Exists(folder)) throw new InvalidInputException($"There is no folder '{folder}'; expected that of the data set that the run was trained on.");
        string path = Path.Combine(folder, EventLog.ItemTableName);
        if (!File.Exists(path))
        {
            if (Directory.EnumerateFiles(folder, "*.inter").Any()) return;
            throw new InvalidInputException($"'{folder}' holds neither {EventLog.ItemTableName} nor interactions (*.inter); expected the folder of the data set that the run was trained on.");
        }

        string? stranger = null;
        foreach (ItemRecord record in ItemTableFile.Read(path))
        {
            if (run.TryFindItem(record.Id) is not { } item)
            {
                stranger ??= record.Id;
                _strangers++;
                continue;
            }

            if (_put[item]) continue;
            _put[item] = true;
            await PutAsync(DraftOf(record, item), ImageOf(record), cancel);
        }

        if (!_put.HasAnySet())
            throw new InvalidInputException(
                $"'{path}' names no item of the run: it holds {SourceText.Quoted(stranger ?? "")}, the run {SourceText.Quoted(run.ItemId(0))}; expected the table of the run's data.");
        if (stranger is not null) Strangers(logger, _strangers, path, stranger);
        if (_firstWithoutImage is { } first) WithoutImage(logger, _withoutImage, path, first);
    }

    private ItemDraft DraftOf(ItemRecord record, int item)
    {
        string? title = TitleFields.Select(field => record.Texts.GetValueOrDefault(field)).FirstOrDefault(text => !string.IsNullOrWhiteSpace(text));
        var attributes = new Dictionary<string, AttributeValue>();
        var texts = new Dictionary<string, string>();
        foreach ((string field, string text) in record.Texts)
        {
            bool isShort = text.Length <= LongestAttribute && !TitleFields.Contains(field);
            if (isShort) attributes.Add(field, ValueOf(text));
            if (field != TitleFields[0] && (!isShort || _encoded.Contains(field))) texts.Add(field, text);
        }

        return new ItemDraft(record.Id)
        {
            Title = run.TitleOf(item) ?? title,
            Attributes = AttributeJson.Write(attributes),
            Texts = texts,
            Image = record.Image is { } image && PicturePath.IsAddress(image) ? image : null,
            Hidden = IsHidden(item),
        };
    }

    private static AttributeValue ValueOf(string text) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? number : text;

    private ItemImage? ImageOf(ItemRecord record)
    {
        if (record.Image is not { } image || PicturePath.IsAddress(image)) return null;
        try
        {
            var file = new FileInfo(image);
            if (file.Exists && file.Length is > 0 and <= ItemImage.MaxBytes)
            {
                byte[] bytes = InputFile.ReadBytes(image);
                if (ImageFile.MediaTypeOf(bytes) is { } type) return new ItemImage(bytes, type);
            }
        }
        catch (Exception cause) when (cause is InvalidInputException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            // As if it were not there.
        }

        _withoutImage++;
        _firstWithoutImage ??= image;
        return null;
    }

    private bool IsHidden(int item) => run.Additions.Hidden.Contains(item);

    private async Task PutAsync(ItemDraft draft, ItemImage? image, CancellationToken cancel)
    {
        if (StoredId.AddressFault(draft.Id) is not null)
        {
            _withoutAddress++;
            _firstWithoutAddress ??= draft.Id;
            return;
        }

        _batch.Add((draft, image));
        _imageBytes += image?.Bytes.Length ?? 0;
        if (_batch.Count == ItemStore.MaxBatch || _imageBytes >= MostImageBytes) await WriteAsync(cancel);
    }

    private async Task WriteAsync(CancellationToken cancel)
    {
        await store.Items.AddAsync(_batch, cancel);
        _batch.Clear();
        _imageBytes = 0;
    }

    [LoggerMessage(EventId = 151, Level = LogLevel.Warning, Message = "{Count} items of '{Table}', such as '{First}', are not in the run and were left out; put them to have them recommended")]
    private static partial void Strangers(ILogger logger, int count, string table, string first);

    [LoggerMessage(EventId = 152, Level = LogLevel.Warning, Message = "{Count} pictures that '{Table}' names, such as '{First}', are missing or no images, so the catalog is without them")]
    private static partial void WithoutImage(ILogger logger, int count, string table, string first);

    [LoggerMessage(
        EventId = 153, Level = LogLevel.Warning,
        Message = "{Count} items of the run, such as '{First}', are recommended without being in the catalog, for the store takes no such ids; give them others and train again")]
    private static partial void WithoutAddress(ILogger logger, int count, string first);
}
