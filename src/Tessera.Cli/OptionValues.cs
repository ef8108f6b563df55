using System.Text.Json;
using System.Text.Json.Nodes;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Runs;

namespace Tessera.Cli;

/// <summary>Settings of model and training as the user gives them: a file, and assignments that win over it.</summary>
/// <param name="Values">Values by key.</param>
/// <param name="Repeated">The run whose <c>config.json</c> the file is, with its own model, seed, protocol and modalities; null for a file of options alone.</param>
internal sealed record OptionValues(JsonObject Values, RunConfig? Repeated)
{
    /// <summary>Reads them.</summary>
    /// <param name="path">A file with one JSON object, or null.</param>
    /// <param name="assignments">Texts of the form <c>key=value</c>.</param>
    /// <exception cref="InvalidInputException">The file or an assignment cannot be used.</exception>
    public static OptionValues Read(string? path, IEnumerable<string> assignments)
    {
        JsonObject values = path is null ? [] : ReadFile(path).AsObject();
        RunConfig? repeated = values.ContainsKey("dataFingerprint") ? RunConfig.Read(path!) : null;
        if (repeated is not null) values = Joined(repeated.ModelOptions, OptionsBinder.ToJson(repeated.Training));
        foreach ((string key, JsonNode? value) in OptionsBinder.ParseAssignments(assignments)) values[key] = value?.DeepClone();
        return new OptionValues(values, repeated);
    }

    /// <summary>The model named, else that of the repeated run.</summary>
    /// <exception cref="InvalidInputException">There is neither, or they differ.</exception>
    public string Model(string? named)
    {
        string model = named ?? Repeated?.Model ?? throw new InvalidInputException("There is no --model; expected one of those that 'tessera models' lists, or a run's config.json as --config.");
        if (Repeated is null || model.Equals(Repeated.Model, StringComparison.OrdinalIgnoreCase)) return model;
        throw new InvalidInputException($"--model is '{model}', but the run to repeat trained '{Repeated.Model}'; expected the same, so leave --model out, or give a file of options alone.");
    }

    private static JsonNode ReadFile(string path) => JsonRecord.ReadIfPresent<JsonNode>(
        path, "holds no settings", "expected one JSON object such as { \"learningRate\": 0.001 }", RefuseOthers)
        ?? throw new InvalidInputException(Directory.Exists(path)
            ? $"The settings file '{path}' is a folder; expected a file, such as the config.json in the folder of a run."
            : $"There is no settings file '{path}'; check the path.");

    private static JsonObject Joined(params IEnumerable<JsonObject> parts) =>
        new(parts.SelectMany(part => part).Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone())));

    private static void RefuseOthers(JsonNode node)
    {
        if (node is not JsonObject) throw new JsonException("it is not an object");
    }
}
