using System.Text.Json.Nodes;
using Spectre.Console;
using Tessera.Recommendation.Runs;

namespace Tessera.Cli.Output;

/// <summary>Ranked items as text and JSON.</summary>
internal static class RankingOutput
{
    private const int LongestTitle = 40;

    /// <summary>A table of items, best first, with the part each modality has in the score; popular ones with their number of interactions.</summary>
    public static void Print(IAnsiConsole console, IReadOnlyList<RankedItem> items)
    {
        string[] chunks = items.Count > 0 ? [.. items[0].Shares.Keys] : [];
        string[] titled = items.Any(item => item.Title is not null) ? ["title"] : [];
        bool popular = items.Any(item => item.Reason is not null);
        var table = new TextTable(2 + titled.Length, ["rank", "item", .. titled, popular ? "interactions" : "score", .. chunks]);
        for (int rank = 0; rank < items.Count; rank++)
        {
            RankedItem item = items[rank];
            string[] title = titled.Length > 0 ? [Cut(item.Title ?? "")] : [];
            string score = popular ? Figures.Count((long)item.Score) : Figures.Decimal(item.Score);
            table.Row([$"{rank + 1}", item.Id, .. title, score, .. item.Shares.Values.Select(part => Figures.Decimal(part))]);
        }

        table.PrintTo(console);
    }

    /// <summary>How much each modality counts for a user, such as <c>image 21 %, text 45 %, shared 34 %</c>.</summary>
    public static string Weights(IReadOnlyDictionary<string, float> weights) =>
        string.Join(", ", weights.Select(weight => $"{weight.Key} {Figures.Percent(weight.Value)}"));

    public static JsonArray ToJson(IReadOnlyList<RankedItem> items) => new([.. items.Select(item =>
    {
        var json = new JsonObject { ["item"] = item.Id };
        if (item.Title is not null) json["title"] = item.Title;
        json["score"] = item.Score;
        if (item.Shares.Count > 0) json["shares"] = ToJson(item.Shares);
        return json;
    })]);

    public static JsonObject ToJson(IReadOnlyDictionary<string, float> values) =>
        new(values.Select(value => KeyValuePair.Create(value.Key, (JsonNode?)value.Value)));

    private static string Cut(string title) => title.Length <= LongestTitle ? title : $"{title[..(LongestTitle - 1)]}…";
}
