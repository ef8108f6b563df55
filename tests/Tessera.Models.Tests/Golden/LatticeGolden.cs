using Tessera.Compute.Autograd;
using Tessera.Recommendation.Recommenders;

namespace Tessera.Models.Tests.Golden;

public sealed class LatticeGolden : GoldenModel
{
    public override string Name => "LATTICE";

    public override Recommender Create(GoldenFile file, RecommenderInputs inputs) => new Lattice(inputs, new LatticeOptions
    {
        EmbeddingSize = file.EmbeddingSize,
        Layers = file.Options["weight_size"]!.AsArray().Count,
        ItemLayers = (int)file.Option("n_layers"),
        Neighbors = (int)file.Option("knn_k"),
        OriginalShare = file.Option("lambda_coeff"),
        Regularization = file.Option("reg_weight"),
    });

    public override (Parameter Parameter, bool Transposed) Find(Recommender model, string name) => name switch
    {
        "modal_weight" => (ByName(model, "modality_weights"), false),
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
