using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Tessera.Data.Storage;

namespace Tessera.Data.EventLogs;

/// <summary>The content of <c>eventlog.json</c>.</summary>
/// <param name="Name">Name of the event log.</param>
/// <param name="Users">Number of users.</param>
/// <param name="Items">Number of items.</param>
/// <param name="Events">Number of events.</param>
/// <param name="Times">Whether any event has a time.</param>
/// <param name="Ratings">Whether any event has a rating.</param>
/// <param name="Source">Where the data came from.</param>
/// <param name="Steps">The processing steps so far.</param>
/// <param name="Files">SHA-256 of each other file.</param>
internal sealed record EventLogHeader(
    string Name, int Users, int Items, long Events, bool Times, bool Ratings,
    JsonObject Source, IReadOnlyList<JsonObject> Steps, IReadOnlyDictionary<string, string> Files)
{
    public const string FileName = "eventlog.json";
    private const int CurrentFormat = 1;

    /// <summary>Number of items that no event names.</summary>
    public int ItemsWithoutEvents { get; init; }

    [JsonRequired]
    [JsonPropertyOrder(-1)]
    public int Format { get; init; } = CurrentFormat;

    /// <exception cref="InvalidInputException">The file is missing or not such a file.</exception>
    public static EventLogHeader Read(string directory)
    {
        string path = Path.Combine(directory, FileName);
        return JsonRecord.ReadIfPresent<EventLogHeader>(
            path, "does not describe an event log", "restore it or make the event log again", header => header.RefuseImpossible(), CurrentFormat)
            ?? throw new InvalidInputException($"There is no '{path}'; expected an event log's folder, so make one with 'tessera data import'.");
    }

    private void RefuseImpossible()
    {
        if (string.IsNullOrWhiteSpace(Name)) throw new JsonException("its name is blank");
        long named = (long)Items - ItemsWithoutEvents;
        if (Users < 1 || named < 1 || ItemsWithoutEvents < 0 || Users > Events || named > Events)
            throw new JsonException($"{Users} users and {named} items with events do not fit {Events} events, of which each has one at least");
        if (Files.FirstOrDefault(file => file.Value is null).Key is { } file) throw new JsonException($"the checksum of '{file}' is null");
    }
}
