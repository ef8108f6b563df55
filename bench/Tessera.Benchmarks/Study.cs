using System.Text.Json.Nodes;

namespace Tessera.Benchmarks;

/// <summary>A model on a data set, with the settings to choose from on validation: which docs/results.md has a row of for each protocol.</summary>
/// <param name="Data">Name of the data set's folder.</param>
/// <param name="Modalities">Modalities used.</param>
/// <param name="Model">Name of the model.</param>
/// <param name="Candidates">Model and training options that differ from the defaults, one object a candidate.</param>
/// <param name="Elsewhere">Test Recall@20 to compare with, as the table shows it; empty for none.</param>
/// <param name="Variant">What tells it from another study of the same model and data; empty for the only one.</param>
internal sealed record Study(string Data, string[] Modalities, string Model, JsonObject[] Candidates, string Elsewhere, string Variant = "")
{
    public string Name => $"{Data} {Model} {Variant}".TrimEnd();

    /// <summary>The options that the candidates differ in, each with its values.</summary>
    public string Grid => string.Join("; ",
        from key in Candidates.SelectMany(c => c.Select(pair => pair.Key)).Distinct()
        let values = Candidates.Select(c => c[key]?.ToJsonString() ?? "default").Distinct().ToArray()
        where values.Length > 1
        select $"{key} {string.Join(", ", values)}");
}
