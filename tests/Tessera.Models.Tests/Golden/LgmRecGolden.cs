using Tessera.Compute.Autograd;
using Tessera.Recommendation.Recommenders;

namespace Tessera.Models.Tests.Golden;

public sealed class LgmRecGolden : GoldenModel
{
    public override string Name => "LGMRec";

    public override Recommender Create(GoldenFile file, RecommenderInputs inputs) => new LgmRec(inputs, new LgmRecOptions
    {
        EmbeddingSize = file.EmbeddingSize,
        Layers = (int)file.Option("n_ui_layers"),
        ModalityLayers = (int)file.Option("n_mm_layers"),
        HypergraphLayers = (int)file.Option("n_hyper_layer"),
        Hyperedges = (int)file.Option("hyper_num"),
        Dropout = 1f - file.Option("keep_rate"),
        GumbelNoise = false,
        GlobalWeight = file.Option("alpha"),
        ContrastiveWeight = file.Option("cl_weight"),
        Regularization = file.Option("reg_weight"),
    });

    /// <summary>The features, which the public implementation lists among its parameters but freezes.</summary>
    public override bool Holds(string name) => name is not ("image_embedding.weight" or "text_embedding.weight");

    // The file's matrices are [in x out] here, not PyTorch's linear layers.
    public override (Parameter Parameter, bool Transposed) Find(Recommender model, string name) => name switch
    {
        "user_embedding.weight" => (ByName(model, "users"), false),
        "item_id_embedding.weight" => (ByName(model, "items"), false),
        "item_image_trs" => (ByName(model, "visual.transform.weight"), false),
        "item_text_trs" => (ByName(model, "textual.transform.weight"), false),
        "v_hyper" => (ByName(model, "visual.hyperedges.weight"), false),
        "t_hyper" => (ByName(model, "textual.hyperedges.weight"), false),
        _ => throw new InvalidDataException($"Unknown parameter '{name}'."),
    };
}
