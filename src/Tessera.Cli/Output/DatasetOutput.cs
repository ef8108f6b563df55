using System.Text.Json.Nodes;
using Spectre.Console;
using Tessera.Data.DatasetFolder;
using Tessera.Recommendation.Graphs;

namespace Tessera.Cli.Output;

/// <summary>A data set's figures as text and JSON.</summary>
internal static class DatasetOutput
{
    public static void Print(IAnsiConsole console, string name, DatasetStatistics statistics, IReadOnlyList<ModalityProfile>? profiles = null)
    {
        var table = new TextTable(1, "data set", name)
            .Row("users", Figures.Count(statistics.Users))
            .Row("items", Figures.Count(statistics.Items))
            .Row("interactions", Figures.Count(statistics.Interactions))
            .Row("  training", Figures.Count(statistics.TrainInteractions))
            .Row("  validation", Figures.Count(statistics.ValidationInteractions))
            .Row("  test", Figures.Count(statistics.TestInteractions))
            .Row("sparsity", $"{Figures.Mean(100 * statistics.Sparsity)} %")
            .Row("interactions per user", Figures.Mean(statistics.MeanPerUser))
            .Row("interactions per item", Figures.Mean(statistics.MeanPerItem))
            .Row("cold items (none in training)", Figures.Count(statistics.ColdItems));
        foreach (ModalityStatistics modality in statistics.Modalities)
        {
            string missing = modality.Missing > 0 ? $", {Figures.Counted(modality.Missing, "item")} without" : "";
            string encoder = modality.Encoder is null ? "" : $" by {modality.Encoder}";
            table.Row($"modality {modality.Name}", $"{Figures.Counted(modality.Dimensions, "dimension")}{encoder}{missing}");
            if (profiles?.FirstOrDefault(profile => profile.Name == modality.Name) is not { } profile) continue;
            table
                .Row("  row norms: median (range)", ModalityOutput.Norms(profile))
                .Row("  mean cosine of two items", Figures.Mean(profile.MeanCosine))
                .Row($"  neighbor lift, {Figures.Count(profile.SampledItems)} items", ModalityOutput.Lift(profile));
        }

        table.PrintTo(console);
    }

    public static JsonObject ToJson(string name, DatasetStatistics statistics, IReadOnlyList<ModalityProfile>? profiles = null) => new()
    {
        ["name"] = name,
        ["users"] = statistics.Users,
        ["items"] = statistics.Items,
        ["interactions"] = statistics.Interactions,
        ["training"] = statistics.TrainInteractions,
        ["validation"] = statistics.ValidationInteractions,
        ["test"] = statistics.TestInteractions,
        ["sparsity"] = statistics.Sparsity,
        ["interactionsPerUser"] = statistics.MeanPerUser,
        ["interactionsPerItem"] = statistics.MeanPerItem,
        ["coldItems"] = statistics.ColdItems,
        ["modalities"] = new JsonArray([.. statistics.Modalities.Select(
            modality => ToJson(modality, profiles?.FirstOrDefault(profile => profile.Name == modality.Name)))]),
    };

    private static JsonObject ToJson(ModalityStatistics modality, ModalityProfile? profile)
    {
        var json = new JsonObject
        {
            ["name"] = modality.Name,
            ["dimensions"] = modality.Dimensions,
            ["missing"] = modality.Missing,
            ["encoder"] = modality.Encoder,
        };
        if (profile is not null) ModalityOutput.AddTo(json, profile);
        return json;
    }
}
