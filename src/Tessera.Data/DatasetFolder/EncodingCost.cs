using System.Text.Json;
using Tessera.Data.Storage;

namespace Tessera.Data.DatasetFolder;

/// <summary>What a server took for the contents it was asked about: the file <c>NAME_cost.json</c> beside a modality's features, or beside descriptions.</summary>
/// <param name="Items">Items asked about, 1 or more; those answered from the cache are none.</param>
/// <param name="Seconds">How long a request was under way.</param>
internal sealed record EncodingCost(int Items, double Seconds)
{
    /// <summary>Tokens read, in all; null where the server does not count.</summary>
    public long? PromptTokens { get; init; }

    /// <summary>Tokens written, in all; null where the server does not count.</summary>
    public long? CompletionTokens { get; init; }

    /// <summary>Reads what the last run that asked a server took; null where none did.</summary>
    /// <exception cref="InvalidInputException">The file holds something else.</exception>
    public static EncodingCost? ReadIfPresent(string directory, string name) => JsonRecord.ReadIfPresent<EncodingCost>(
        PathOf(directory, name), "does not say what an encoding took", "expected what 'tessera data' writes, so delete it", Check);

    /// <summary>Writes the file, whole.</summary>
    /// <exception cref="StorageException">The system refuses.</exception>
    public void Write(string directory, string name) => JsonRecord.Write(PathOf(directory, name), this);

    private static void Check(EncodingCost cost)
    {
        if (cost.Items < 1) throw new JsonException($"it says items {cost.Items}");
    }

    private static string PathOf(string directory, string name) => Path.Combine(directory, name + "_cost.json");
}
