using Tessera.Compute.Autograd;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Recommenders;

namespace Tessera.Models.Tests.Golden;

public sealed class FreedomGolden : GoldenModel
{
    public override string Name => "FREEDOM";

    public override Recommender Create(GoldenFile file, RecommenderInputs inputs) => new Freedom(inputs, new FreedomOptions
    {
        EmbeddingSize = file.EmbeddingSize,
        Layers = (int)file.Option("n_ui_layers"),
        ItemLayers = (int)file.Option("n_mm_layers"),
        Neighbors = (int)file.Option("knn_k"),
        ItemGraphWeights = new NamedWeights(
            ("visual", file.Option("mm_image_weight")), ("textual", 1f - file.Option("mm_image_weight"))),
        ModalityWeight = file.Option("reg_weight"),
        Dropout = file.Option("dropout"),
    });

    public override (Parameter Parameter, bool Transposed) Find(Recommender model, string name) => name switch
    {
        "user_embedding.weight" => (ByName(model, "users"), false),
        "item_id_embedding.weight" => (ByName(model, "items"), false),
        "image_embedding.weight" => (ByName(model, "visual.features"), false),
        "text_embedding.weight" => (ByName(model, "textual.features"), false),
        "image_trs.weight" => (ByName(model, "visual.transform.weight"), true),
        "image_trs.bias" => (ByName(model, "visual.transform.bias"), false),
        "text_trs.weight" => (ByName(model, "textual.transform.weight"), true),
        "text_trs.bias" => (ByName(model, "textual.transform.bias"), false),
        _ => throw new InvalidDataException($"Unknown parameter '{name}'."),
    };
}
