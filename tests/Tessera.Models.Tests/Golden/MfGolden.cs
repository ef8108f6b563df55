using Tessera.Compute.Autograd;
using Tessera.Recommendation.Recommenders;

namespace Tessera.Models.Tests.Golden;

public sealed class MfGolden : GoldenModel
{
    public override string Name => "MF";

    public override Recommender Create(GoldenFile file, RecommenderInputs inputs) => new Mf(inputs, new MfOptions
    {
        EmbeddingSize = file.EmbeddingSize,
        Regularization = file.Option("reg_weight"),
    });

    public override (Parameter Parameter, bool Transposed) Find(Recommender model, string name) =>
        (ByName(model, name.StartsWith("user", StringComparison.Ordinal) ? "users" : "items"), false);
}
