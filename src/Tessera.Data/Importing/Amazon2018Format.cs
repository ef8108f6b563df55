using System.Text.Json;

namespace Tessera.Data.Importing;

/// <summary>Amazon's reviews of 2018 (Ni, Li, McAuley, EMNLP 2019): JSON lines, texts as lists.</summary>
internal sealed class Amazon2018Format : SourceFormat
{
    private static readonly string[] TextKeys = ["title", "description", "feature", "category", "brand"];

    public override void ReadEvents(ImportOptions options, EventSink sink) => ReadReviews(options, sink);

    public override void ReadItems(ImportOptions options, ItemSink sink) =>
        JsonSource.ReadItems(sink, (record, file) =>
            AddItem(record, file, sink, TextKeys, FirstOf(record, "imageURLHighRes") ?? FirstOf(record, "imageURL")));

    /// <summary>Reads reviews as events.</summary>
    public static void ReadReviews(ImportOptions options, EventSink sink) => JsonSource.ReadEvents(
        options with { UserColumn = "reviewerID", ItemColumn = "asin", RatingColumn = "overall", TimeColumn = "unixReviewTime" }, sink);

    /// <summary>Adds a record with those of its texts that are named.</summary>
    public static void AddItem(JsonElement record, LineFile file, ItemSink sink, string[] textKeys, string? image)
    {
        IEnumerable<KeyValuePair<string, string>> texts =
            from key in textKeys
            where record.TryGetProperty(key, out _)
            select KeyValuePair.Create(key, JsonTexts.Of(record.GetProperty(key)) ?? "");
        sink.Add(file.Line, JsonlFormat.IdOf(record, "asin"), texts, image);
    }

    /// <summary>The first text of a key, or null.</summary>
    public static string? FirstOf(JsonElement record, string key) =>
        record.TryGetProperty(key, out JsonElement value) ? JsonTexts.First(value) : null;
}
