using System.Text.Json.Nodes;

namespace Tessera.Benchmarks.Cold;

/// <summary>A model on a data set whose items are partly cold.</summary>
/// <param name="Data">Name of the data set's folder.</param>
/// <param name="Modalities">Modalities used.</param>
/// <param name="Model">Name of the model.</param>
/// <param name="Settings">Model and training options that differ from the defaults.</param>
/// <param name="Inductive">Whether the model is trained as if cold items had no features, as items that arrive after training have none in it.</param>
internal sealed record ColdStudy(string Data, string[] Modalities, string Model, JsonObject Settings, bool Inductive = false)
{
    /// <summary>In the order in which they are trained.</summary>
    public static ColdStudy[] All { get; } = [.. new[] { "lastfm", MovieLens.Warm }.SelectMany(OfData)];

    public string Name => $"{Data} {Label}";

    /// <summary>The model, and whether it is inductive.</summary>
    public string Label => Model + (Inductive ? " inductive" : "");

    private static IEnumerable<ColdStudy> OfData(string data)
    {
        string[] modalities = data == "lastfm" ? ["audio", "text"] : ["minilm"];
        yield return Of("lirdrec", $$"""{ "regularization": 1e-3{{(data == "lastfm" ? """, "itemGraphWeights": { "audio": 0.1, "text": 0.9 }""" : "")}} }""");
        yield return Of("lirdrec", $$"""{ "regularization": 1e-3{{(data == "lastfm" ? """, "itemGraphWeights": { "audio": 0.1, "text": 0.9 }""" : "")}} }""") with { Inductive = true };
        yield return Of("vbpr", """{ "regularization": 1 }""");
        yield return Of("freedom", """{ "dropout": 0.8 }""");
        yield return Of("lattice", """{ "learningRateDecay": 0.96, "regularization": 1e-4 }""");
        yield return Of("lightgcn", """{ "regularization": 1e-3 }""");

        ColdStudy Of(string model, string settings)
        {
            JsonObject all = JsonNode.Parse(settings)!.AsObject();
            all["learningRate"] = 1e-3;
            all["featureScaling"] = "standardize";
            return new ColdStudy(data, modalities, model, all);
        }
    }
}
