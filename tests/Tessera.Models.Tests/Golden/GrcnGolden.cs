using Tessera.Compute.Autograd;
using Tessera.Recommendation.Recommenders;

namespace Tessera.Models.Tests.Golden;

/// <summary>The file's rounds of routing leave the preferences as they are: its implementation's edges point away from the users.</summary>
public sealed class GrcnGolden : GoldenModel
{
    public override string Name => "GRCN";

    public override Recommender Create(GoldenFile file, RecommenderInputs inputs) => new Grcn(inputs, new GrcnOptions
    {
        EmbeddingSize = file.EmbeddingSize,
        Regularization = file.Option("reg_weight"),
    });

    public override (Parameter Parameter, bool Transposed) Find(Recommender model, string name) => name switch
    {
        "model_specific_conf" => (ByName(model, "confidences"), false),
        "id_gcn.id_embedding" => (ByName(model, "ids"), false),
        "v_gcn.preference" => (ByName(model, "visual.preferences"), false),
        "t_gcn.preference" => (ByName(model, "textual.preferences"), false),
        "v_gcn.MLP.weight" => (ByName(model, "visual.transform.weight"), true),
        "v_gcn.MLP.bias" => (ByName(model, "visual.transform.bias"), false),
        "t_gcn.MLP.weight" => (ByName(model, "textual.transform.weight"), true),
        "t_gcn.MLP.bias" => (ByName(model, "textual.transform.bias"), false),
        _ => throw new InvalidDataException($"Unknown parameter '{name}'."),
    };
}
