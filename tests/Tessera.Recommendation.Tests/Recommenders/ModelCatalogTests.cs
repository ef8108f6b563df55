using System.Reflection;
using Tessera.Recommendation.Recommenders;
using Tessera.Recommendation.Tests.Runs;

namespace Tessera.Recommendation.Tests.Recommenders;

public sealed class ModelCatalogTests
{
    [Fact]
    public void What_is_no_model_or_has_the_name_of_another_is_refused()
    {
        Assert.EndsWith("+Bare must have one public constructor, (RecommenderInputs, options).", Refusal(typeof(Bare)), StringComparison.Ordinal);
        Assert.EndsWith("+Twofold must have one public constructor, (RecommenderInputs, options).", Refusal(typeof(Twofold)), StringComparison.Ordinal);
        Assert.EndsWith("+Other is marked as a model; it must derive from Recommender or ItemBasedRecommender.", Refusal(typeof(Other)), StringComparison.Ordinal);
        Assert.Equal("Two models of Made have the name 'tiny-item-based'; give each a name of its own.", Refusal(typeof(TinyItemBased), typeof(TinyItemBased)));
    }

    private static string Refusal(params Type[] types) => Assert.Throws<InvalidOperationException>(() => ModelCatalog.Of(new Made(types))).Message;

    private sealed class Made(Type[] types) : Assembly
    {
        public override Type[] GetExportedTypes() => types;

        public override AssemblyName GetName() => new("Made");
    }

    [Recommender("bare", "Bare", "nowhere", 2026)]
    private sealed class Bare;

    [Recommender("twofold", "Twofold", "nowhere", 2026)]
    private sealed class Twofold(RecommenderInputs inputs, TinyItemBasedOptions options)
    {
        public Twofold(RecommenderInputs inputs)
            : this(inputs, new())
        {
        }

        public (RecommenderInputs, TinyItemBasedOptions) All => (inputs, options);
    }

    [Recommender("other", "Other", "nowhere", 2026)]
    private sealed class Other(RecommenderInputs inputs, TinyItemBasedOptions options)
    {
        public (RecommenderInputs, TinyItemBasedOptions) All => (inputs, options);
    }
}
