using System.Text.Json;
using Tessera.Data.Storage;

namespace Tessera.Data.Importing;

/// <summary>
/// Amazon's reviews as JSON lines: of 2014 (McAuley et al., SIGIR 2015), whose items are Python dictionaries and may have image features
/// of 4,096 dimensions, of 2018 (Ni, Li, McAuley, EMNLP 2019), or of 2023 (Hou et al., 2024), where variants of a product share a parent.
/// </summary>
internal sealed class AmazonFormat(int year) : SourceFormat
{
    private static readonly string[] TextKeys2014 = ["title", "description", "categories", "brand"];
    private static readonly string[] TextKeys2018 = ["title", "description", "feature", "category", "brand"];
    private static readonly string[] TextKeys2023 = ["title", "features", "description", "categories", "store"];

    private string IdKey => year == 2023 ? "parent_asin" : "asin";

    public override string Instead => "import the files as jsonl and ";

    public override IReadOnlyList<string> OwnOptions(ImportOptions options) => year == 2014 ? ["--image-features"] : [];

    public override void ReadEvents(ImportOptions options, EventSink sink) => JsonSource.ReadEvents(
        year == 2023
            ? options with { UserColumn = "user_id", ItemColumn = IdKey, RatingColumn = "rating", TimeColumn = "timestamp" }
            : options with { UserColumn = "reviewerID", ItemColumn = IdKey, RatingColumn = "overall", TimeColumn = "unixReviewTime" },
        sink, Instead);

    public override void ReadItems(ImportOptions options, ItemSink sink)
    {
        string[] keys = year switch { 2014 => TextKeys2014, 2018 => TextKeys2018, _ => TextKeys2023 };
        JsonSource.ReadItems(
            sink,
            (record, file) =>
            {
                var texts = new List<KeyValuePair<string, string>>();
                foreach (string key in keys)
                    if (record.TryGetProperty(key, out JsonElement value)) sink.AddText(key, value, texts);
                sink.Add(file.Line, JsonTexts.Id(record, IdKey), texts, PictureOf(record));
            },
            year == 2014 ? ParseEither : null);
    }

    private string? PictureOf(JsonElement record) => year switch
    {
        2014 => FirstOf(record, "imUrl"),
        2018 => FirstOf(record, "imageURLHighRes") ?? FirstOf(record, "imageURL"),
        _ => FirstOf(record, "images"),
    };

    private static string? FirstOf(JsonElement record, string key) =>
        record.TryGetProperty(key, out JsonElement value) ? JsonTexts.Picture(value) : null;

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
