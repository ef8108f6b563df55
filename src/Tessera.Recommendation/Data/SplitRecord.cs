using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tessera.Recommendation.Data;

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

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        WriteIndented = true,
    };

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
        if (!File.Exists(path)) return null;
        using FileStream stream = InputFile.Open(path);
        try
        {
            SplitRecord split = JsonSerializer.Deserialize<SplitRecord>(stream, Json) ?? throw new JsonException("it is null");
            split.Check(path, dataset);
            return split;
        }
        catch (JsonException e)
        {
            throw new InvalidInputException(
                $"'{path}' is not the record of a split ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')}); "
                + "expected what 'tessera data split' writes, so split again.", e);
        }
        catch (IOException e)
        {
            throw InputFile.Unreadable(path, e);
        }
    }

    /// <summary>Writes the record into a folder, whole.</summary>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public void Write(string directory)
    {
        ArgumentNullException.ThrowIfNull(directory);
        WholeFile.Write(Path.Combine(directory, FileName), stream =>
        {
            JsonSerializer.Serialize(stream, this, Json);
            stream.Write("\n"u8);
        });
    }
}
