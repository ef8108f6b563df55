using System.Text.Json;
using System.Text.Json.Nodes;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Recommendation.Options;

namespace Tessera.Cli;

/// <summary>Settings of model and training as the user gives them: a file, and assignments that win over it.</summary>
internal static class OptionValues
{
    /// <summary>Values by key.</summary>
    /// <param name="path">A file with one JSON object, or null.</param>
    /// <param name="assignments">Texts of the form <c>key=value</c>.</param>
    /// <exception cref="InvalidInputException">The file or an assignment cannot be used.</exception>
    public static JsonObject Read(string? path, IEnumerable<string> assignments)
    {
        JsonObject values = path is null ? [] : ReadFile(path).AsObject();
        foreach ((string key, JsonNode? value) in OptionsBinder.ParseAssignments(assignments)) values[key] = value?.DeepClone();
        return values;
    }

    private static JsonNode ReadFile(string path) => JsonRecord.ReadIfPresent<JsonNode>(
        path, "holds no settings", "expected one JSON object such as { \"learningRate\": 0.001 }", RefuseOthers)
        ?? throw new InvalidInputException($"There is no settings file '{path}'; check the path.");

    private static void RefuseOthers(JsonNode node)
    {
        if (node is not JsonObject) throw new JsonException("it is not an object");
    }
}
