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
public sealed partial record SplitRecord(string Scheme, ulong Seed, int Users, int Items, int Training, int Validation, int Test)
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "split.json";

    /// <summary>The scheme that holds whole items out of training.</summary>
    public const string ColdItems = "cold-items";

    private const int CurrentFormat = 1;

    /// <summary>Version of the file's format.</summary>
    [JsonRequired]
    [JsonPropertyOrder(-1)]
    public int Format { get; init; } = CurrentFormat;

    /// <summary>Items whose interactions are all in validation, ascending; null unless the scheme is <see cref="ColdItems"/>.</summary>
    public IReadOnlyList<int>? ColdValidationItems { get; init; }

    /// <summary>Items whose interactions are all in test, ascending; null unless the scheme is <see cref="ColdItems"/>.</summary>
    public IReadOnlyList<int>? ColdTestItems { get; init; }

    /// <summary>Reads a data set's record; null where its folder has none.</summary>
    /// <exception cref="InvalidInputException">The file is no such record, or of another data set.</exception>
    public static SplitRecord? ReadIfPresent(string directory, Dataset dataset)
    {
        ArgumentNullException.ThrowIfNull(directory);
        ArgumentNullException.ThrowIfNull(dataset);
        string path = Path.Combine(directory, FileName);
        return RecordFile.ReadIfPresent<SplitRecord>(
            path, split => split.Check(path, dataset), "the record of a split", "expected what 'tessera data split' writes, so split again");
    }

    /// <summary>Writes the record into a folder, whole.</summary>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public void Write(string directory)
    {
        ArgumentNullException.ThrowIfNull(directory);
        RecordFile.Write(Path.Combine(directory, FileName), this);
    }
}
