using Tessera.Compute.Autograd;
using Tessera.Recommendation.Recommenders;

namespace Tessera.Models.Tests.Golden;

public sealed class LightGcnGolden : GoldenModel
{
    public override string Name => "LightGCN";

    public override Recommender Create(GoldenFile file, RecommenderInputs inputs) => new LightGcn(inputs, new LightGcnOptions
    {
        EmbeddingSize = file.EmbeddingSize,
        Layers = (int)file.Option("n_layers"),
        Regularization = file.Option("reg_weight"),
    });

    public override (Parameter Parameter, bool Transposed) Find(Recommender model, string name) =>
        (ByName(model, name == "embedding_dict.user_emb" ? "users" : "items"), false);
}
