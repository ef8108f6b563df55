using System.Runtime.InteropServices;
using System.Text;
using Tessera.Data.DatasetFolder;
using Tessera.Data.EventLogs;

namespace Tessera.Data.Tests.Importing;

public sealed class AmazonTests : IDisposable
{
    private const string Reviews =
        """
        {"reviewerID": "A1", "asin": "B000000001", "reviewerName": "n", "helpful": [0, 0], "reviewText": "good", "overall": 5.0, "summary": "s", "unixReviewTime": 1382572800, "reviewTime": "10 24, 2013"}
        {"reviewerID": "A1", "asin": "B000000002", "overall": 1.0, "unixReviewTime": 1382572801}
        {"reviewerID": "A2", "asin": "B000000003", "overall": 3.0, "unixReviewTime": 1382572802}
        """;

    private readonly ImportWorkplace _work = new();
    private readonly string _reviews;

    public AmazonTests() => _reviews = _work.Directory.Write("reviews_Baby_5.json.gz", ImportWorkplace.Gzip(Encoding.UTF8.GetBytes(Reviews)));

    public void Dispose() => _work.Dispose();

    [Fact]
    public void The_dump_of_2014_is_read_with_python_dictionaries()
    {
        const string meta =
            """
            {'asin': 'B000000002', 'related': {'also_bought': ['B1', 'B2']}, 'title': "Baby's \"first\" book", 'price': 7.5, 'salesRank': {'Books': 5}, 'imUrl': 'http://example.org/2.jpg', 'brand': '', 'categories': [['Baby', 'Gifts'], ['Books']], 'description': 'Two\nlines'}
            {'asin': 'B000000001'}
            {"asin": "B999999999", "title": "strict"}
            """;
        var (result, events, items) = _work.Import("amazon2014", _reviews, _work.Directory.Write("meta_Baby.json.gz", ImportWorkplace.Gzip(Encoding.UTF8.GetBytes(meta))));
        Assert.Equal("reviews_Baby_5", result.Name);
        Assert.Equal([("A1", "B000000001", 1382572800L, 5f), ("A1", "B000000002", 1382572801, 1), ("A2", "B000000003", 1382572802, 3)], events);
        Assert.Equal(
            [("title", "Baby's \"first\" book"), ("description", "Two\nlines"), ("categories", "Baby Gifts Books")],
            items[1].Texts.Select(text => (text.Key, text.Value)));
        Assert.Equal([null, "http://example.org/2.jpg", null, null], items.Select(item => item.Image));
        Assert.Equal(["Kept 1 item of meta_Baby.json.gz without events, to be recommended by texts and images alone.", "No record in meta_Baby.json.gz for 1 item of the events."], result.Notices);
    }

    [Fact]
    public void The_dump_of_2018_is_read_with_lists_of_texts()
    {
        const string meta =
            """
            {"category": ["Baby", "Toys"], "tech1": "", "description": ["First.", "", "Second."], "title": "T", "also_buy": ["B1"], "brand": "Br", "feature": ["soft"], "rank": [">#1"], "price": "$5", "asin": "B000000001", "imageURL": ["http://example.org/s.jpg"], "imageURLHighRes": ["http://example.org/l.jpg", "http://example.org/m.jpg"]}
            {"asin": "B000000003", "imageURL": ["http://example.org/3.jpg"], "imageURLHighRes": []}
            {"asin": "B000000003", "imageURL": ["http://example.org/3.jpg"], "imageURLHighRes": []}
            """;
        var (result, _, items) = _work.Import("amazon2018", _reviews, _work.Directory.Write("meta.json", meta));
        Assert.Equal(
            [("title", "T"), ("description", "First. Second."), ("feature", "soft"), ("category", "Baby Toys"), ("brand", "Br")],
            items[0].Texts.Select(text => (text.Key, text.Value)));
        Assert.Equal(["http://example.org/l.jpg", null, "http://example.org/3.jpg"], items.Select(item => item.Image));
        Assert.Contains("Merged 1 record of meta.json that repeated another.", result.Notices);
    }

    [Fact]
    public void The_dump_of_2023_is_read_by_parents_with_pictures_in_objects()
    {
        string reviews = _work.Directory.Write("Baby.jsonl.gz", ImportWorkplace.Gzip(Encoding.UTF8.GetBytes(
            """
            {"rating": 5.0, "title": "t", "text": "good", "images": [], "asin": "B0V1", "parent_asin": "B0P", "user_id": "AE1", "timestamp": 1588687728923, "helpful_vote": 0, "verified_purchase": true}
            {"rating": 1.0, "asin": "B0V2", "parent_asin": "B0P", "user_id": "AE2", "timestamp": 1588687729000}
            {"rating": 3.0, "asin": "B0Q", "parent_asin": "B0Q", "user_id": "AE1", "timestamp": 1588687730999}
            """)));
        string meta = _work.Directory.Write("meta_Baby.jsonl.gz", ImportWorkplace.Gzip(Encoding.UTF8.GetBytes(
            """
            {"main_category": "Baby", "title": "Bib", "average_rating": 4.8, "rating_number": 10, "features": ["soft", "<b>warm</b>"], "description": ["First.", "Second."], "price": 9.99, "images": [{"thumb": "https://example.org/t.jpg", "large": "https://example.org/l.jpg", "variant": "MAIN", "hi_res": "https://example.org/h.jpg"}, {"large": "https://example.org/2.jpg"}], "videos": [], "store": "St", "categories": ["Baby", "Feeding"], "details": {"Color": "red"}, "parent_asin": "B0P", "bought_together": null}
            {"title": "Cup", "features": [], "description": [], "price": null, "images": [{"thumb": "https://example.org/t3.jpg", "large": "https://example.org/l3.jpg", "variant": "MAIN", "hi_res": null}], "store": null, "categories": {}, "parent_asin": "B0Q"}
            {"title": "New", "images": [], "parent_asin": "B0N"}
            """)));
        var (result, events, items) = _work.Import("amazon2023", reviews, meta);
        Assert.Equal([("AE1", "B0P", 1588687728L, 5f), ("AE1", "B0Q", 1588687730, 3), ("AE2", "B0P", 1588687729, 1)], events);
        Assert.Equal(["B0P", "B0Q", "B0N"], items.Select(item => item.Id));
        Assert.Equal(
            [("title", "Bib"), ("features", "soft warm"), ("description", "First. Second."), ("categories", "Baby Feeding"), ("store", "St")],
            items[0].Texts.Select(text => (text.Key, text.Value)));
        Assert.Equal(["https://example.org/h.jpg", "https://example.org/l3.jpg", null], items.Select(item => item.Image));
        Assert.Equal(1, result.ItemsWithoutEvents);
        Assert.Contains("What meta_Baby.jsonl.gz has in 'categories' (1 record) is not text and was left out.", result.Notices);
    }

    [Theory]
    [InlineData("{'asin': 'B000000001'}\n{'asin': }\n", "Line 2 of '{0}' is not a record (neither JSON nor a Python dictionary: at character 10")]
    [InlineData("{'title': 'x'}\n", "Line 1 of '{0}' is not a record (it has no text or number 'asin')")]
    [InlineData("{'asin': 'B000000001', 'asin': 'x'}\n", "Line 1 of '{0}' is not a record (")]
    [InlineData("{'asin': 'B000000001', 'title': '\\ud800'}\n", "Line 1 of '{0}' is not a record (")]
    public void A_bad_line_of_items_is_refused(string meta, string sentence)
    {
        string path = _work.Directory.Write("meta.json", meta);
        Assert.Contains(string.Format(null, sentence, path), _work.Refusal("amazon2014", _reviews, path), StringComparison.Ordinal);
    }

    [Fact]
    public void Cut_or_bare_dumps_are_refused()
    {
        byte[] whole = File.ReadAllBytes(_reviews);
        string cut = _work.Directory.Write("cut.json.gz", whole[..^12]), bare = _work.Directory.Write("bare.json.gz", whole[10..]);
        Assert.StartsWith($"'{cut}' is a damaged gzip file (", _work.Refusal("amazon2018", cut), StringComparison.Ordinal);
        Assert.StartsWith($"Line 1 of '{bare}' is not valid UTF-8", _work.Refusal("amazon2018", bare), StringComparison.Ordinal);
    }

    [Fact]
    public void Image_features_become_a_modality_in_the_items_order()
    {
        string features = _work.Directory.Write("image_features_Baby.b", [.. Record("B000000003", 3), .. Record("B777777777", 7), .. Record("B000000001", 1)]);
        var result = _work.Run("amazon2014", _reviews, with: o => o with { ImageFeatures = features });
        Assert.Equal(["No features in image_features_Baby.b for 1 item, marked missing."], result.Notices);
        FeatureFolder folder = FeatureFolder.Read(_work.Out);
        folder.CheckItems(EventLog.Open(_work.Out).ItemIds, "items.tsv");
        Modality image = Assert.Single(folder.Modalities);
        Assert.Equal(("image", 3, 4096), (image.Name, image.Features.Rows, image.Dimensions));
        Assert.Equal([false, true, false], image.Missing);
        Assert.Equal((1f, 1f + 4095, 0f, 3f), (image.Features[0, 0], image.Features[0, 4095], image.Features[1, 7], image.Features[2, 0]));
        FeatureManifestEntry entry = Assert.Single(folder.Manifest!.Modalities);
        Assert.Equal(("amazon-image-features", "2014"), (entry.Encoder, entry.Version));
        Assert.Equal([1], entry.Missing);
    }

    [Fact]
    public void Bad_image_features_are_refused_by_record()
    {
        string features = _work.Directory.Write("f.b", [.. Record("B000000003", 3), .. Record("B000000001", 1)[..100]]);
        Assert.Contains("ends 100 bytes into its record 2; expected records of 16,394 bytes", Refusal(), StringComparison.Ordinal);
        _work.Directory.Write("f.b", [.. Record("B000000003", 3), .. Record("B000000003", 3)]);
        Assert.Contains("holds the item 'B000000003' twice, again as its record 2", Refusal(), StringComparison.Ordinal);
        _work.Directory.Write("f.b", Record("B000000003", float.NaN));
        Assert.Contains("holds NaN in dimension 0 of its record 1", Refusal(), StringComparison.Ordinal);

        string Refusal() => _work.Refusal("amazon2014", _reviews, with: o => o with { ImageFeatures = features });
    }

    private static byte[] Record(string id, float first)
    {
        float[] values = [.. Enumerable.Range(0, 4096).Select(i => first + i)];
        return [.. Encoding.ASCII.GetBytes(id), .. MemoryMarshal.AsBytes(values.AsSpan())];
    }
}
