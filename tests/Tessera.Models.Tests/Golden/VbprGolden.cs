using Tessera.Compute.Autograd;
using Tessera.Recommendation.Recommenders;

namespace Tessera.Models.Tests.Golden;

public sealed class VbprGolden : GoldenModel
{
    public override string Name => "VBPR";

    // The public implementation puts the textual features before the visual ones.
    public override Recommender Create(GoldenFile file, RecommenderInputs inputs) =>
        new Vbpr(inputs with { Modalities = [.. inputs.Modalities.Reverse()] }, new VbprOptions
        {
            EmbeddingSize = file.EmbeddingSize,
            Regularization = file.Option("reg_weight"),
        });

    public override (Parameter Parameter, bool Transposed) Find(Recommender model, string name) => name switch
    {
        "u_embedding" => (ByName(model, "users"), false),
        "i_embedding" => (ByName(model, "items"), false),
        "item_linear.weight" => (ByName(model, "content.weight"), true),
        "item_linear.bias" => (ByName(model, "content.bias"), false),
        _ => throw new InvalidDataException($"Unknown parameter '{name}'."),
    };
}
