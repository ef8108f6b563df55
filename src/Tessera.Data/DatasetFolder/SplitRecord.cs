using System.Text.Json.Serialization;
using Tessera.Data.Storage;

namespace Tessera.Data.DatasetFolder;

/// <summary>How a data set was split: the file <c>split.json</c> in its folder.</summary>
/// <param name="Scheme">Name of the scheme, such as <c>random-8-1-1</c>.</param>
/// <param name="Seed">Seed of what was drawn; 0 where the scheme draws nothing.</param>
/// <param name="Users">Number of users.</param>
/// <param name="Items">Number of items.</param>
/// <param name="Training">Number of training interactions.</param>
/// <param name="Validation">Number of validation interactions.</param>
/// <param name="Test">Number of test interactions.</param>
internal sealed record SplitRecord(string Scheme, ulong Seed, int Users, int Items, int Training, int Validation, int Test)
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "split.json";

    /// <summary>The scheme that holds whole items out of training.</summary>
    public const string ColdItems = "cold-items";

    /// <summary>The scheme that does so and splits the pairs with the other items at random.</summary>
    public const string ColdMixed = "cold-mixed";

    private const int CurrentFormat = 1;

    /// <summary>Version of the file's format.</summary>
    [JsonRequired]
    [JsonPropertyOrder(-1)]
    public int Format { get; init; } = CurrentFormat;

    /// <summary>Items whose interactions are all in validation, ascending; null unless the scheme holds items out.</summary>
    public IReadOnlyList<int>? ColdValidationItems { get; init; }

    /// <summary>Items whose interactions are all in test, ascending; null unless the scheme holds items out.</summary>
    public IReadOnlyList<int>? ColdTestItems { get; init; }

    /// <summary>What <see cref="Dataset.ColdItems"/> is of a data set so split.</summary>
    public IReadOnlyList<int>? MixedColdItems() => Scheme == ColdMixed ? [.. ColdValidationItems!.Concat(ColdTestItems!).Order()] : null;

    /// <summary>Reads a data set's record; null where its folder has none.</summary>
    /// <exception cref="InvalidInputException">The file is not such a record, or is the record of another data set.</exception>
    public static SplitRecord? ReadIfPresent(string directory, Dataset dataset)
    {
        string path = Path.Combine(directory, FileName);
        return JsonRecord.ReadIfPresent<SplitRecord>(
            path, "is not the record of a split", "expected what 'tessera data split' writes, so split again", split => split.Check(path, dataset));
    }

    /// <summary>Writes the record into a folder, whole.</summary>
    /// <exception cref="StorageException">The file cannot be written.</exception>
    public void Write(string directory) => JsonRecord.Write(Path.Combine(directory, FileName), this);

    private void Check(string path, Dataset dataset)
    {
        if (Format != CurrentFormat) throw Refused($"says format {Format}", $"{CurrentFormat}");
        Compare("users", Users, dataset.Users);
        Compare("items", Items, dataset.Items);
        Compare("training", Training, dataset.Train.Count);
        Compare("validation", Validation, dataset.Validation.Count);
        Compare("test", Test, dataset.Test.Count);
        bool cold = Scheme is ColdItems or ColdMixed;
        if (cold != ColdValidationItems is not null || cold != ColdTestItems is not null)
            throw Refused($"names the scheme {SourceText.Quoted(Scheme)} {(cold ? "without its cold items" : "beside cold items")}", $"cold items with the schemes {ColdItems} and {ColdMixed} alone");
        if (!cold) return;
        CheckCold("coldValidationItems", ColdValidationItems!, dataset.Validation, dataset.Train, dataset.Test);
        CheckCold("coldTestItems", ColdTestItems!, dataset.Test, dataset.Train, dataset.Validation);

        void Compare(string field, int said, int found)
        {
            if (said == found) return;
            string source = field switch
            {
                "users" => ".inter file and u_id_mapping.csv have",
                "items" => ".inter file, i_id_mapping.csv and features have",
                _ => ".inter file has",
            };
            throw new InvalidInputException(
                $"'{path}' says {field} {said}; expected {found}, as the folder's {source}. These files are of different splits, so restore those that were changed, "
                + "or split again into a new folder with 'tessera data split'.");
        }

        // All interactions of the items are in one split, and, unless others were split as usual, all of the split are with the items.
        void CheckCold(string field, IReadOnlyList<int> items, Interactions own, params ReadOnlySpan<Interactions> others)
        {
            var listed = new bool[dataset.Items];
            for (int i = 0; i < items.Count; i++)
            {
                if (items[i] < 0 || items[i] >= listed.Length || (i > 0 && items[i] <= items[i - 1]))
                    throw Refused($"lists item {items[i]} in {field}", $"items 0 to {listed.Length - 1}, ascending");
                listed[items[i]] = true;
            }

            foreach (Interactions other in others)
            {
                foreach (int item in other.ItemIndices)
                    if (listed[item]) throw Refused($"lists item {item} in {field}, which has interactions elsewhere", "items held out whole");
            }

            if (Scheme == ColdMixed) return;
            foreach (int item in own.ItemIndices)
                if (!listed[item]) throw Refused($"does not list item {item} in {field}, whose interactions are there", "all of them listed");
        }

        InvalidInputException Refused(string found, string expected) =>
            new($"'{path}' {found}; expected {expected}, as in the .inter file, so split again.");
    }
}
