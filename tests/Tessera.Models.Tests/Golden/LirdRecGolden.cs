using Tessera.Compute.Autograd;
using Tessera.Compute.Tensors;
using Tessera.Recommendation.Options;
using Tessera.Recommendation.Recommenders;

namespace Tessera.Models.Tests.Golden;

public sealed class LirdRecGolden : GoldenModel
{
    public override string Name => "LIRDRec";

    public override Recommender Create(GoldenFile file, RecommenderInputs inputs) => new LirdRec(inputs, OptionsOf(file));

    public static LirdRecOptions OptionsOf(GoldenFile file) => new()
    {
        EmbeddingSize = file.EmbeddingSize,
        Layers = (int)file.Option("n_ui_layers"),
        ItemLayers = (int)file.Option("n_mm_layers"),
        Neighbors = (int)file.Option("knn_k"),
        ItemGraphWeights = new NamedWeights(
            ("visual", file.Option("mm_image_weight")), ("textual", 1f - file.Option("mm_image_weight"))),
        Regularization = file.Option("reg_weight"),
        DecayRate = file.Option("decay_weight"),
        DecayBase = file.Option("decay_base"),
        Dropout = file.Option("dropout"),
        Dct = (string)file.Options["dct"]! switch
        {
            "item-2d" => DctMode.Item2d,
            "item-1d" => DctMode.Item1d,
            "matrix-2d" => DctMode.Matrix2d,
            "none" => DctMode.None,
            var other => throw new InvalidDataException($"Unknown reading '{other}'."),
        },
    };

    public override (Parameter Parameter, bool Transposed) Find(Recommender model, string name)
    {
        string[] parts = name.Split('.');
        string ours = parts[0] switch
        {
            "v_preference" => "preference.visual",
            "t_preference" => "preference.textual",
            "id_preference" => "preference.shared",
            "v_MLP" => $"visual.hidden.{parts[1]}",
            "t_MLP" => $"textual.hidden.{parts[1]}",
            "s_MLP" => $"shared.hidden.{parts[1]}",
            "v_MLP_1" => "visual.output.weight",
            "t_MLP_1" => "textual.output.weight",
            "s_MLP_1" => "shared.output.weight",
            _ when name == "fusion_module.theta" => "fusion.target",
            _ => $"fusion.{Chunk(parts[1])}.{(parts[2] == "fc1" ? "hidden" : "output")}.{parts[3]}",
        };
        return (ByName(model, ours), name.EndsWith("weight", StringComparison.Ordinal));
    }

    public override void CheckStep(Recommender model, GoldenStep step)
    {
        Matrix copying = model.Buffers.Single(b => b.Name == "fusion.copying").Value;
        Assert.Equal((double)step.Numbers["w1"]!, copying[0, 0], 1e-6);
        Assert.Equal((double)step.Numbers["w2"]!, copying[0, 1], 1e-6);
        GoldenTests.AssertClose("attention", GoldenFile.ToMatrix(step.Numbers["attention"]!), model.Buffers.Single(b => b.Name == "fusion.last_weights").Value, 1e-5);
    }

    private static string Chunk(string module) => module switch
    {
        "weco_a" => "visual",
        "weco_b" => "textual",
        "weco_c" => "shared",
        _ => throw new InvalidDataException($"Unknown module '{module}'."),
    };
}
