using System.Text.Json.Nodes;

namespace Tessera.Models;

/// <summary>A model and settings of it and of training that have a name, beside each model's published settings, which are the defaults.</summary>
/// <param name="Name">Name on the command line.</param>
/// <param name="Model">Name of the model in the catalog.</param>
/// <param name="Meaning">What it is, in a line.</param>
/// <param name="Settings">The options that differ from the defaults, by key.</param>
internal sealed record Preset(string Name, string Model, string Meaning, JsonObject Settings)
{
    /// <summary>All presets.</summary>
    public static IReadOnlyList<Preset> All { get; } =
    [
        new("lirdrec-cosine", "lirdrec", "LIRDRec on standardized features, trained by a softmax over cosines; items that nobody had by their neighbors in content", new JsonObject
        {
            ["learningRate"] = 1e-3,
            ["featureScaling"] = "standardize",
            ["loss"] = "cosine",
            ["coldItems"] = "neighbors",
        }),
    ];

    /// <summary>The preset of a name, in any case of letters.</summary>
    /// <exception cref="InvalidInputException">There is no such preset.</exception>
    public static Preset Find(string name) => All.FirstOrDefault(preset => preset.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new InvalidInputException($"There is no preset '{name}'; expected one of {string.Join(", ", All.Select(preset => preset.Name))}.");
}
