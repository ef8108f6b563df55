using System.Text.Json.Nodes;
using Spectre.Console;
using Tessera.Recommendation.Runs;

namespace Tessera.Cli.Output;

/// <summary>Ranked items as text and JSON.</summary>
internal static class RankingOutput
{
    private const int LongestTitle = 40, ShortestTitle = 10, PartsShown = 3;

    /// <summary>
    /// A table of items, best first, with the user's item that speaks most for each and the part each modality has in the score; popular ones with their
    /// number of interactions.
    /// </summary>
    public static void Print(IAnsiConsole console, IReadOnlyList<RankedItem> items)
    {
        string[] chunks = items.Count > 0 ? [.. items[0].Shares.Keys] : [];
        string[] titled = items.Any(item => item.Title is not null) ? ["title"] : [];
        string[] because = items.Any(item => Reason(item) is not null) ? ["because of"] : [];
        bool popular = items.Any(item => item.Reason is not null);
        int longest = because.Length == 0 ? LongestTitle : Room(console, items, chunks, titled.Length + 1);
        var table = new TextTable(2 + titled.Length + because.Length, ["rank", "item", .. titled, .. because, popular ? "interactions" : "score", .. chunks]);
        for (int rank = 0; rank < items.Count; rank++)
        {
            RankedItem item = items[rank];
            string[] title = titled.Length > 0 ? [Cut(item.Title ?? "", longest)] : [], reason = because.Length > 0 ? [Cut(Reason(item) ?? "", longest)] : [];
            string score = popular ? Figures.Count((long)item.Score) : Figures.Decimal(item.Score);
            table.Row([$"{rank + 1}", item.Id, .. title, .. reason, score, .. item.Shares.Values.Select(part => Figures.Decimal(part))]);
        }

        table.PrintTo(console);
    }

    /// <summary>The part of each modality in the sum of some scores; empty where the model has none, or the sum is not above 0.</summary>
    public static IReadOnlyDictionary<string, double> SharesOf(IReadOnlyList<RankedItem> items)
    {
        double sum = items.Sum(item => (double)item.Score);
        return new OrderedDictionary<string, double>(items.Count == 0 || sum <= 0 ? []
            : items[0].Shares.Keys.Select(name => KeyValuePair.Create(name, items.Sum(item => (double)item.Shares[name]) / sum)));
    }

    /// <summary>Shares as text, such as <c>image 21 %, text 45 %, shared 34 %</c>.</summary>
    public static string Percentages(IReadOnlyDictionary<string, double> shares) =>
        string.Join(", ", shares.Select(share => $"{share.Key} {Figures.Percent(share.Value)}"));

    public static JsonArray ToJson(IReadOnlyList<RankedItem> items) => new([.. items.Select(item =>
    {
        var json = new JsonObject { ["item"] = item.Id };
        if (item.Title is not null) json["title"] = item.Title;
        json["score"] = item.Score;
        if (item.Shares.Count > 0) json["shares"] = ToJson(item.Shares);
        if (item.Because.Count > 0)
        {
            json["because"] = new JsonArray([.. item.Because.Take(PartsShown).Select(ToJson)]);
            json["own"] = item.Score - item.Because.Sum(part => (double)part.Part);
        }

        return json;
    })]);

    public static JsonObject ToJson(IReadOnlyDictionary<string, float> values) =>
        new(values.Select(value => KeyValuePair.Create(value.Key, (JsonNode?)value.Value)));

    private static JsonObject ToJson(ScorePart part)
    {
        var json = new JsonObject { ["item"] = part.Id };
        if (part.Title is not null) json["title"] = part.Title;
        json["part"] = part.Part;
        return json;
    }

    /// <summary>The user's item that speaks most for an item; null where none speaks for it.</summary>
    private static string? Reason(RankedItem item) => item.Because.Count > 0 && item.Because[0] is { Part: > 0 } first ? first.Title ?? first.Id : null;

    /// <summary>Letters for each of the texts beside the id, so that the table is no wider than the console.</summary>
    private static int Room(IAnsiConsole console, IReadOnlyList<RankedItem> items, string[] chunks, int texts)
    {
        int numbers = 3 + Math.Max(5, items.Max(item => Figures.Decimal(item.Score).Length));
        for (int chunk = 0; chunk < chunks.Length; chunk++)
            numbers += 3 + Math.Max(chunks[chunk].Length, items.Max(item => Figures.Decimal(item.Shares[chunks[chunk]]).Length));
        int others = 1 + 7 + 3 + Math.Max(4, items.Max(item => item.Id.Length)) + numbers + (3 * texts);
        return Math.Clamp((console.Profile.Width - others) / texts, ShortestTitle, LongestTitle);
    }

    private static string Cut(string title, int longest) => title.Length <= longest ? title : $"{title[..(longest - 1)]}…";
}
