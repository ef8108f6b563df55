using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tessera.Data.EventLogs;

/// <summary>The content of <c>eventlog.json</c>.</summary>
internal sealed record EventLogHeader(string Name, int Users, int Items, long Events, bool HasTimes, bool HasRatings)
{
    public const string FileName = "eventlog.json";
    private const int Format = 1;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public required JsonObject Source { get; init; }

    public required IReadOnlyList<JsonObject> Steps { get; init; }

    /// <summary>SHA-256 of each other file.</summary>
    public required IReadOnlyDictionary<string, string> Files { get; init; }

    public string ToJson() => new JsonObject
    {
        ["format"] = Format,
        ["name"] = Name,
        ["users"] = Users,
        ["items"] = Items,
        ["events"] = Events,
        ["times"] = HasTimes,
        ["ratings"] = HasRatings,
        ["source"] = Source.DeepClone(),
        ["steps"] = new JsonArray([.. Steps.Select(step => step.DeepClone())]),
        ["files"] = new JsonObject(Files.Select(file => KeyValuePair.Create<string, JsonNode?>(file.Key, file.Value))),
    }.ToJsonString(Indented) + "\n";

    /// <exception cref="InvalidInputException">The file is missing or not such a file.</exception>
    public static EventLogHeader Read(string directory)
    {
        string path = Path.Combine(directory, FileName);
        if (!File.Exists(path))
            throw new InvalidInputException($"There is no '{path}'; expected an event log's folder, so make one with 'tessera data import'.");
        try
        {
            JsonObject root = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
            if ((int)root["format"]! != Format)
                throw new InvalidInputException($"'{path}' has format {root["format"]}; expected {Format}, so make the event log again with this version.");
            return new EventLogHeader(
                (string)root["name"]!, (int)root["users"]!, (int)root["items"]!, (long)root["events"]!, (bool)root["times"]!, (bool)root["ratings"]!)
            {
                Source = root["source"]!.AsObject(),
                Steps = [.. root["steps"]!.AsArray().Select(step => step!.AsObject())],
                Files = root["files"]!.AsObject().ToDictionary(file => file.Key, file => (string)file.Value!),
            };
        }
        catch (Exception cause) when (cause is JsonException or NullReferenceException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new InvalidInputException(
                $"'{path}' does not describe an event log ({cause.Message.ReplaceLineEndings(" ").TrimEnd('.')}); restore it or make the event log again.", cause);
        }
    }
}
