using System.Text.Json;
using System.Text.Json.Nodes;
using Tessera.Data;
using Tessera.Data.Storage;
using Tessera.Models;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Runs;

namespace Tessera.Cli;

/// <summary>Settings of model and training as the user gives them: a preset or a file, and assignments that win over either.</summary>
/// <param name="Values">Values by key.</param>
/// <param name="Preset">The preset that they start from, or null.</param>
/// <param name="Repeated">The run whose <c>config.json</c> the file is, with its own model, seed, protocol and modalities; null for a file of options alone.</param>
internal sealed record OptionValues(JsonObject Values, Preset? Preset, RunConfig? Repeated)
{
    /// <summary>Reads them.</summary>
    /// <param name="preset">Name of a preset, or null.</param>
    /// <param name="path">A file with one JSON object, or null.</param>
    /// <param name="assignments">Texts of the form <c>key=value</c>.</param>
    /// <exception cref="InvalidInputException">The preset, the file or an assignment cannot be used.</exception>
    public static OptionValues Read(string? preset, string? path, IEnumerable<string> assignments)
    {
        Preset? named = preset is null ? null : Preset.Find(preset);
        if (named is not null && path is not null)
            throw new InvalidInputException($"Settings come from the preset '{named.Name}' and from '{path}'; expected one of --preset and --config, and --set for what differs.");
        JsonObject values = path is null ? Joined(named?.Settings ?? []) : ReadFile(path).AsObject();
        RunConfig? repeated = values.ContainsKey("dataFingerprint") ? RunConfig.Read(path!) : null;
        if (repeated is not null) values = Joined(repeated.ModelOptions, OptionsBinder.ToJson(repeated.Training));
        foreach ((string key, JsonNode? value) in OptionsBinder.ParseAssignments(assignments)) values[key] = value?.DeepClone();
        return new OptionValues(values, named, repeated);
    }

    /// <summary>The model named, else that of the preset or of the repeated run.</summary>
    /// <exception cref="InvalidInputException">There is none, or they differ.</exception>
    public string Model(string? named)
    {
        string model = named ?? Preset?.Model ?? Repeated?.Model
            ?? throw new InvalidInputException("There is no --model; expected one of those that 'tessera models' lists, one of its presets as --preset, or a run's config.json as --config.");
        if (Preset is not null && !model.Equals(Preset.Model, StringComparison.OrdinalIgnoreCase))
            throw new InvalidInputException($"--model is '{model}', but the preset '{Preset.Name}' is of '{Preset.Model}'; leave one of the two out.");
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
