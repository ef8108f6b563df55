using Tessera.Compute.Autograd;
using Tessera.Compute.Tensors;
using Tessera.Recommendation.Recommenders;

namespace Tessera.Models.Tests.Golden;

public sealed class MicroGolden : GoldenModel
{
    public override string Name => "MICRO";

    // The file's features are those after training; its graphs are of the ones before, the initial values of the feature tables.
    public override Recommender Create(GoldenFile file, RecommenderInputs inputs)
    {
        Dictionary<string, Matrix> initial = file.InitialParameters.ToDictionary(p => p.Name, p => p.Value);
        RecommenderInputs before = inputs with
        {
            Modalities = [new("visual", initial["image_embedding.weight"]), new("textual", initial["text_embedding.weight"])],
        };
        return new Micro(before, new MicroOptions
        {
            EmbeddingSize = file.EmbeddingSize,
            Layers = (int)file.Option("n_ui_layers"),
            ItemLayers = (int)file.Option("layers"),
            Neighbors = (int)file.Option("topk"),
            OriginalShare = file.Option("lambda_coeff"),
            ContrastiveWeight = file.Option("loss_ratio"),
            ContrastiveTemperature = file.Option("tau"),
            Regularization = file.Option("regs"),
        });
    }

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
        "query.0.weight" => (ByName(model, "attention.hidden.weight"), true),
        "query.0.bias" => (ByName(model, "attention.hidden.bias"), false),
        "query.2.weight" => (ByName(model, "attention.output.weight"), true),
        _ => throw new InvalidDataException($"Unknown parameter '{name}'."),
    };
}
