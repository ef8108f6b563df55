using System.Text.Json;
using Tessera.Data.Storage;

namespace Tessera.Data.Importing;

/// <summary>
/// Amazon's reviews as JSON lines: of 2018 (Ni, Li, McAuley, EMNLP 2019), or of 2014 (McAuley et al., SIGIR 2015), whose items are Python
/// dictionaries and may have image features of 4,096 dimensions.
/// </summary>
internal sealed class AmazonFormat(bool is2014) : SourceFormat
{
    private static readonly string[] TextKeys2014 = ["title", "description", "categories", "brand"];
    private static readonly string[] TextKeys2018 = ["title", "description", "feature", "category", "brand"];

    public override IReadOnlyList<string> OwnOptions => is2014 ? ["--image-features", "--encoding"] : ["--encoding"];

    public override void ReadEvents(ImportOptions options, EventSink sink) => JsonSource.ReadEvents(
        options with { UserColumn = "reviewerID", ItemColumn = "asin", RatingColumn = "overall", TimeColumn = "unixReviewTime" }, sink);

    public override void ReadItems(ImportOptions options, ItemSink sink) => JsonSource.ReadItems(
        sink,
        (record, file) =>
        {
            IEnumerable<KeyValuePair<string, string>> texts =
                from key in is2014 ? TextKeys2014 : TextKeys2018
                where record.TryGetProperty(key, out _)
                select KeyValuePair.Create(key, JsonTexts.Of(record.GetProperty(key)) ?? "");
            string? image = is2014 ? FirstOf(record, "imUrl") : FirstOf(record, "imageURLHighRes") ?? FirstOf(record, "imageURL");
            sink.Add(file.Line, JsonTexts.Id(record, "asin"), texts, image);
        },
        is2014 ? ParseEither : null);

    /// <summary>The first text of a key, or null.</summary>
    private static string? FirstOf(JsonElement record, string key) =>
        record.TryGetProperty(key, out JsonElement value) ? JsonTexts.First(value) : null;

    /// <summary>Strict JSON, or else a Python dictionary.</summary>
    private static JsonDocument ParseEither(ReadOnlyMemory<byte> line)
    {
        try
        {
            return JsonSource.Parse(line);
        }
        catch (JsonException)
        {
            return JsonSource.Parse(PythonLiteral.ToJson(line.Span));
        }
    }
}
