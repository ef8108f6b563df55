using Tessera.Compute.Autograd;
using Tessera.Recommendation.Recommenders;

namespace Tessera.Models.Tests.Golden;

public sealed class Bm3Golden : GoldenModel
{
    public override string Name => "BM3";

    public override Recommender Create(GoldenFile file, RecommenderInputs inputs) => new Bm3(inputs, new Bm3Options
    {
        EmbeddingSize = file.EmbeddingSize,
        Layers = (int)file.Option("n_layers"),
        Dropout = file.Option("dropout"),
        ModalityWeight = file.Option("cl_weight"),
        Regularization = file.Option("reg_weight"),
    });

    public override (Parameter Parameter, bool Transposed) Find(Recommender model, string name) => name switch
    {
        "user_embedding.weight" => (ByName(model, "users"), false),
        "item_id_embedding.weight" => (ByName(model, "items"), false),
        "predictor.weight" => (ByName(model, "predictor.weight"), true),
        "predictor.bias" => (ByName(model, "predictor.bias"), false),
        "image_embedding.weight" => (ByName(model, "visual.features"), false),
        "text_embedding.weight" => (ByName(model, "textual.features"), false),
        "image_trs.weight" => (ByName(model, "visual.transform.weight"), true),
        "image_trs.bias" => (ByName(model, "visual.transform.bias"), false),
        "text_trs.weight" => (ByName(model, "textual.transform.weight"), true),
        "text_trs.bias" => (ByName(model, "textual.transform.bias"), false),
        _ => throw new InvalidDataException($"Unknown parameter '{name}'."),
    };
}
