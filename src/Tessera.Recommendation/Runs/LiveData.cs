using System.Globalization;
using System.Text.Json;
using Tessera.Compute.Tensors;
using Tessera.Data;
using Tessera.Data.Storage;

namespace Tessera.Recommendation.Runs;

/// <summary>
/// What a run keeps for items and users that come after training, from <c>live.safetensors</c>, read as it is asked for: the items' content, what of
/// their vectors comes from it, and what users gather from their items.
/// </summary>
internal sealed partial class LiveData : IDisposable
{
    private const string GatheredName = "gathered", ContentName = "content", LengthsName = "lengths", ModalitiesKey = "modalities", RefusalKey = "refusal", FactorKey = "coldItemFactor";
    private static readonly JsonSerializerOptions Strict = new() { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };
    private readonly SafetensorsMap _file;
    private readonly int _items;
    private readonly SafetensorsEntry? _gathered;
    private readonly Lazy<Matrix?> _content;
    private readonly Lazy<Matrix?> _lengths;

    private LiveData(SafetensorsMap file, int items, int width)
    {
        (_file, _items) = (file, items);
        _gathered = Find(GatheredName, items, width);
        SafetensorsEntry? content = Find(ContentName, items, width);
        _content = new(() => content is null ? null : Finite(file.All(content)));
        SafetensorsEntry? lengths = Find(LengthsName, items, 1);
        _lengths = new(() => lengths is null ? null : Finite(file.All(lengths)));
        ItemFactor = file.Metadata.GetValueOrDefault(FactorKey) is not { } text ? 1
            : float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float factor) && factor is >= 0 and <= 1000 ? factor
            : throw Unfit($"'{text}' as the factor on new items");
        ContentRefusal = file.Metadata.GetValueOrDefault(RefusalKey);
        try
        {
            LiveModality?[] modalities = JsonSerializer.Deserialize<LiveModality?[]>(file.Metadata.GetValueOrDefault(ModalitiesKey, "null"), Strict) ?? [null];
            if (modalities.Any(modality => modality is not { Dimensions: > 0, Weight: >= 0 and <= 1 })) throw new JsonException("it describes none, or one that cannot be");
            Modalities = [.. modalities.OfType<LiveModality>()];
        }
        catch (JsonException cause)
        {
            throw new InvalidInputException($"'{file.Path}' does not say which modalities it holds; restore it or train again.", cause);
        }
    }

    /// <summary>The run's modalities, in order.</summary>
    public IReadOnlyList<LiveModality> Modalities { get; }

    /// <summary>The factor on the vector of an item that its neighbors give.</summary>
    public float ItemFactor { get; }

    /// <summary>Why the model cannot say what features alone give an item; null where it can, or where vectors have no such part.</summary>
    public string? ContentRefusal { get; }

    /// <summary>o, the part of the items' final vectors that their features alone give, <c>[|I| x d]</c>; null where there is none.</summary>
    /// <exception cref="InvalidInputException">It is damaged.</exception>
    public Matrix? Content => _content.Value;

    /// <summary><see cref="Embeddings.Lengths"/>.</summary>
    /// <exception cref="InvalidInputException">They are damaged.</exception>
    public Matrix? Lengths => _lengths.Value;

    /// <summary>Whether the run says what users gather from their items.</summary>
    public bool HasGathered => _gathered is not null;

    /// <summary>Opens the file of a run; null where the run is of a version that kept none.</summary>
    /// <param name="config">SHA-256 of the run's configuration.</param>
    /// <exception cref="InvalidInputException">The file is missing, damaged or another run's.</exception>
    public static LiveData? Open(RunDirectory directory, string config, int items, int width)
    {
        if (!directory.HasLive) return null;
        var file = new SafetensorsMap(directory.LiveFile);
        try
        {
            directory.RequireOwn(directory.LiveFile, file.Metadata, config);
            return new LiveData(file, items, width);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>s, what users gather from an item, <c>[d]</c>.</summary>
    /// <exception cref="InvalidInputException">It is damaged.</exception>
    public ReadOnlySpan<float> Gathered(int item)
    {
        ReadOnlySpan<float> row = _file.Elements<float>(_gathered!, (long)item * _gathered!.Columns, _gathered.Columns);
        RequireFinite(row);
        return row;
    }

    /// <summary>The items' features in a modality: unit rows, reduced; zeros for an item without features. <c>[|I| x r]</c>.</summary>
    /// <exception cref="InvalidInputException">They are damaged.</exception>
    public Matrix Features(string modality)
    {
        SafetensorsEntry entry = _file.Require(FeaturesOf(modality), "F32");
        return entry.Rows == _items ? Finite(_file.All(entry)) : throw Unfit($"features of {entry.Rows} items for {_items}");
    }

    /// <summary>The lengths of the items' features in a modality, before they became unit rows; null where the run is of a version that kept none. <c>[|I| x 1]</c>.</summary>
    /// <exception cref="InvalidInputException">They are damaged.</exception>
    public Matrix? RowLengths(string modality) => Find(RowLengthsOf(modality), _items, 1) is { } entry ? Finite(_file.All(entry)) : null;

    /// <summary>What reduces a unit row of a modality's features, <c>[D x r]</c>; null where they have few dimensions and stay as they are.</summary>
    /// <param name="dimensions">D, that of the features once they are scaled.</param>
    /// <exception cref="InvalidInputException">It is damaged.</exception>
    public Matrix? Reduction(string modality, int dimensions)
    {
        int kept = _file.Require(FeaturesOf(modality), "F32").Columns;
        if (_file.Find(ReductionOf(modality), "F32") is not { } entry) return kept == dimensions ? null : throw Unfit($"{kept} features for {dimensions} dimensions");
        return (entry.Rows, entry.Columns) == (dimensions, kept) ? Finite(_file.All(entry)) : throw Unfit($"a reduction from {entry.Rows} to {entry.Columns} dimensions for {dimensions} and {kept}");
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static string FeaturesOf(string modality) => $"{modality}.features";

    private static string RowLengthsOf(string modality) => $"{modality}.lengths";

    private static string ReductionOf(string modality) => $"{modality}.reduction";

    private SafetensorsEntry? Find(string name, int items, int width) => _file.Find(name, "F32") is not { } entry ? null
        : (entry.Rows, entry.Columns) == (items, width) ? entry : throw Unfit($"{entry.Rows} x {entry.Columns} numbers for {items} items of width {width}");

    private Matrix Finite(Matrix values)
    {
        RequireFinite(values.Span);
        return values;
    }

    private void RequireFinite(ReadOnlySpan<float> values)
    {
        if (values.ContainsAnyExceptInRange(float.MinValue, float.MaxValue)) throw Unfit("numbers that are not finite");
    }

    private InvalidInputException Unfit(string found) => new($"'{_file.Path}' holds {found}; restore it or train again.");
}
