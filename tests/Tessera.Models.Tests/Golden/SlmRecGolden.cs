using Tessera.Compute.Autograd;
using Tessera.Recommendation.Recommenders;

namespace Tessera.Models.Tests.Golden;

public sealed class SlmRecGolden : GoldenModel
{
    public override string Name => "SLMRec";

    public override Recommender Create(GoldenFile file, RecommenderInputs inputs) => new SlmRec(inputs, new SlmRecOptions
    {
        EmbeddingSize = file.EmbeddingSize,
        Layers = (int)file.Option("layer_num"),
        MainTemperature = file.Option("temp"),
        SelfSupervisedTemperature = file.Option("ssl_temp"),
        SelfSupervisedWeight = file.Option("ssl_alpha"),
    });

    /// <summary>The head of the acoustic modality, which the toy problem lacks.</summary>
    public override bool Holds(string name) => !name.StartsWith("g_a_iva", StringComparison.Ordinal);

    /// <summary>A bias of the heads moves all keys of a softmax alike.</summary>
    public override bool Cancels(string name) => name is "g_v_iv.bias" or "g_t_ivat.bias";

    public override float Score(float product) => 1f / (1f + MathF.Exp(-product));

    public override (Parameter Parameter, bool Transposed) Find(Recommender model, string name)
    {
        string[] parts = name.Split('.');
        string ours = parts[0] switch
        {
            "embedding_user" => "users",
            "embedding_item" => "items",
            "v_dense" => $"visual.transform.{parts[1]}",
            "t_dense" => $"textual.transform.{parts[1]}",
            "embedding_user_after_GCN" => $"fusion.users.{parts[1]}",
            "embedding_item_after_GCN" => $"fusion.items.{parts[1]}",
            "g_i_iv" => $"chain.visual.{parts[1]}",
            "g_iv_iva" => $"chain.spare.{parts[1]}",
            "g_iva_ivat" => $"chain.textual.{parts[1]}",
            "g_v_iv" => $"visual.head.{parts[1]}",
            "g_t_ivat" => $"textual.head.{parts[1]}",
            _ => throw new InvalidDataException($"Unknown parameter '{name}'."),
        };
        return (ByName(model, ours), !parts[0].StartsWith("embedding", StringComparison.Ordinal) || parts[0].EndsWith("GCN", StringComparison.Ordinal));
    }
}
