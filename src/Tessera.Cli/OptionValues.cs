using System.Text.Json;
using System.Text.Json.Nodes;
using Tessera.Data;
using Tessera.Recommendation.Options;

namespace Tessera.Cli;

/// <summary>Settings of model and training as the user gives them: a file, and assignments that win over it.</summary>
internal static class OptionValues
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Values by key.</summary>
    /// <param name="path">A file with one JSON object, or null.</param>
    /// <param name="assignments">Texts of the form <c>key=value</c>.</param>
    /// <exception cref="InvalidInputException">The file or an assignment cannot be used.</exception>
    public static JsonObject Read(string? path, IEnumerable<string> assignments)
    {
        JsonObject values = path is null ? [] : ReadFile(path);
        foreach ((string key, JsonNode? value) in OptionsBinder.ParseAssignments(assignments)) values[key] = value?.DeepClone();
        return values;
    }

    private static JsonObject ReadFile(string path)
    {
        if (!File.Exists(path)) throw new InvalidInputException($"There is no settings file '{path}'; check the path.");
        try
        {
            using FileStream stream = File.OpenRead(path);
            return JsonNode.Parse(stream, documentOptions: Strict) as JsonObject ?? throw new JsonException("it is not an object");
        }
        catch (JsonException cause)
        {
            throw new InvalidInputException(
                $"'{path}' holds no settings ({cause.Message.TrimEnd('.')}); expected one JSON object such as {{ \"learningRate\": 0.001 }}.", cause);
        }
    }
}
