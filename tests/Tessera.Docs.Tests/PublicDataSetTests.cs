using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Parquet.Serialization;

namespace Tessera.Docs.Tests;

/// <summary>Runs the manual's commands for public data sets on small files, made up in exactly their form.</summary>
public sealed class PublicDataSetTests : IDisposable
{
    private static readonly string Manual = Repository.Read("docs/manual.md");
    private readonly string _folder = Directory.CreateTempSubdirectory("tessera-public-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Amazon_2014()
    {
        Gzip("reviews_Baby_5.json.gz", """{"reviewerID": "A1", "asin": "B000000001", "helpful": [0, 0], "reviewText": "ok", "overall": 5.0, "unixReviewTime": 1382572800, "reviewTime": "10 24, 2013"}""");
        Gzip("meta_Baby.json.gz", """{'asin': 'B000000001', 'title': "A baby's bib", 'price': 7.5, 'imUrl': 'http://example.org/1.jpg', 'related': {'also_bought': ['B1']}, 'categories': [['Baby', 'Feeding']]}""");
        File.WriteAllBytes(In("image_features_Baby.b"), [.. "B000000001"u8, .. new byte[4 * 4096]]);
        Assert.Equal((1, 1, 1, 1), Counts(Import("Amazon 2014")));
    }

    [Fact]
    public void Amazon_2018()
    {
        Gzip("All_Beauty_5.json.gz", """{"overall": 5.0, "verified": true, "reviewTime": "09 1, 2016", "reviewerID": "A3", "asin": "B0A", "style": {"Size:": " L"}, "reviewText": "good", "unixReviewTime": 1472688000}""");
        Gzip("meta_All_Beauty.json.gz", """{"category": [], "tech1": "", "description": ["A <b>soap</b>"], "title": "Soap", "brand": "Br", "feature": [], "rank": "1 in Beauty", "asin": "B0A", "imageURL": [], "imageURLHighRes": []}""");
        Assert.Equal((1, 1, 1, 1), Counts(Import("Amazon 2018")));
    }

    [Fact]
    public void Amazon_2023()
    {
        Gzip("Baby_Products.jsonl.gz", """{"rating": 5.0, "title": "t", "text": "x", "images": [], "asin": "B0V", "parent_asin": "B0P", "user_id": "AE", "timestamp": 1588687728923, "helpful_vote": 0, "verified_purchase": true}""");
        Gzip("meta_Baby_Products.jsonl.gz", """{"main_category": "Baby", "title": "Bib", "average_rating": 4.8, "features": [], "description": [], "price": null, "images": [{"thumb": "https://example.org/t.jpg", "large": "https://example.org/l.jpg", "variant": "MAIN", "hi_res": null}], "videos": [], "store": "St", "categories": ["Baby"], "details": {}, "parent_asin": "B0P", "bought_together": null}""");
        Assert.Equal((1, 1, 1, 1), Counts(Import("Amazon 2023")));
        Assert.Contains("https://example.org/l.jpg", File.ReadAllText(In("amazon2023/items.jsonl")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Amazon_2023_as_parquet_with_lists()
    {
        await Parquet("reviews.parquet", new Review());
        await Parquet("raw_meta_Baby_Products/full-00000-of-00001.parquet", new Meta());
        Assert.Equal((1, 1, 1, 1), Counts(Import("Amazon 2023, Parquet")));
        Assert.Equal(
            "{\"item\":\"B0P\",\"title\":\"Bib\",\"features\":\"soft warm\",\"image\":\"https://example.org/h.jpg\"}\n",
            await File.ReadAllTextAsync(In("amazon2023-parquet/items.jsonl"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void MicroLens()
    {
        Write("MicroLens-50k_pairs.csv", "user,item,timestamp\n36121,9580,1583378629552\n36121,7,1583378629000\n");
        Write("MicroLens-50k_titles.csv", "item,title\n9580,\"Spicy, sour\"\n7,Seven\n");
        Write("MicroLens-50k_covers/9580.jpg", "");
        Assert.Equal((1, 2, 2, 2), Counts(Import("MicroLens")));
    }

    [Fact]
    public void HM_with_leading_zeros_and_pictures_in_folders_by_prefix()
    {
        Write(
            "transactions_train.csv",
            "t_dat,customer_id,article_id,price,sales_channel_id\n2018-09-20,000058a1,0663713001,0.050830508474576264,2\n"
            + "2020-09-01,000058a1,0108775015,0.030491525423728813,2\n2020-09-02,00007d2d,0108775015,0.015237288135593220,1\n");
        Write(
            "articles.csv",
            "article_id,product_code,prod_name,product_type_no,product_type_name,detail_desc\n0108775015,0108775,Strap top,253,Vest top,Jersey top with narrow shoulder straps.\n"
            + "0663713001,0663713,Atlanta Push Body,283,Underwear body,\n");
        Write("images/010/0108775015.jpg", "");
        Write("images/066/0663713001.jpg", "");
        Assert.Equal((2, 2, 3, 2), Counts(Import("H&M")));
        Assert.Equal(["0663713001", "0108775015"], File.ReadAllLines(In("hm/items.tsv")));
        string item = File.ReadLines(In("hm/items.jsonl")).Last();
        Assert.Contains("\"prod_name\":\"Strap top\"", item, StringComparison.Ordinal);
        Assert.EndsWith("\"image\":\"../images/010/0108775015.jpg\"}", item, StringComparison.Ordinal);
        Run(Assert.Single(Manual.Split('`'), command => command.StartsWith("tessera data filter --log hm ", StringComparison.Ordinal)).Replace("--k-core 5", "--k-core 1", StringComparison.Ordinal));
        Assert.Equal(["0108775015"], File.ReadAllLines(In("hm-recent/items.tsv")));
    }

    [Fact]
    public void RecBole()
    {
        Write("ml-100k.inter", "user_id:token\titem_id:token\trating:float\ttimestamp:float\n196\t242\t3\t881250949\n");
        Write("ml-100k.item", "item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq\n242\tKolya\t1996\tComedy\n");
        Assert.Equal((1, 1, 1, 1), Counts(Import("RecBole")));
    }

    [Theory]
    [InlineData("u.data", "196\t242\t3\t881250949\n186\t302\t3\t891717742\n", "u.item", "242|Kolya (1996)|24-Jan-1997||http://example.org|0|0|0|0|0|1|0|0|0|0|0|0|0|0|0|0|0|0|0\n302|Amélie (1997)|01-Jan-1997||http://example.org|0|0|0|0|0|0|0|0|1|0|0|0|0|0|0|0|0|0|0\n", false)]
    [InlineData("ratings.dat", "1::1193::5::978300760\n1::661::3::978302109\n", "movies.dat", "1193::One Flew Over the Cuckoo's Nest (1975)::Drama\n661::Misérables, Les (1996)::Animation|Musical\n", false)]
    [InlineData("ratings.dat", "1::1193::5::978300760\n1::661::3::978302109\n", "movies.dat", "1193::One Flew Over the Cuckoo's Nest (1975)::Drama\n661::Misérables, Les (1996)::Animation|Musical\n")]
    [InlineData("ratings.csv", "userId,movieId,rating,timestamp\n1,1,4.0,964982703\n1,3,4.0,964981247\n", "movies.csv", "movieId,title,genres\n1,\"Story, Toy (1995)\",Comedy\n3,Old (1995),Comedy|Romance\n")]
    public void MovieLens(string ratings, string events, string movies, string items, bool isUtf8 = true)
    {
        Write($"ml-100k/{ratings}", events);
        File.WriteAllBytes(In($"ml-100k/{movies}"), (isUtf8 ? Encoding.UTF8 : Encoding.Latin1).GetBytes(items));
        (_, int imported, int read, int described) = Counts(Import("MovieLens 100K, 1M, 10M, 20M, 25M, 32M"));
        Assert.Equal((2, 2, 2), (imported, read, described));
        Assert.DoesNotContain("Ã", File.ReadAllText(In("ml/items.jsonl")), StringComparison.Ordinal);
    }

    [Fact]
    public void LastFm()
    {
        Write("user_artists.dat", "userID\tartistID\tweight\n2\t51\t13883\n2\t52\t11690\n");
        Write("artists.dat", "id\tname\turl\tpictureURL\n51\tDuran \"Duran\"\thttp://example.org/51\thttp://example.org/51.jpg\n52\tMorcheeba\thttp://example.org/52\t\n");
        Assert.Equal((1, 2, 2, 2), Counts(Import("Last.fm 2K")));
    }

    private static (int Users, int Items, int Events, int Described) Counts(JsonNode result) =>
        ((int)result["users"]!, (int)result["items"]!, (int)result["events"]!, (int)result["describedItems"]!);

    private JsonNode Import(string dataSet) => JsonNode.Parse(Run(Repository.Rows(Manual).Single(row => row[0] == dataSet)[1].Trim('`') + " --json"))!;

    private string Run(string command)
    {
        (int code, string output, string error) = TesseraProcess.Run(_folder, command.Split(' ')[1..]);
        Assert.True(code == 0, $"{command}: {error}");
        return output;
    }

    private string In(string file) => Path.Combine(_folder, file);

    private void Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(In(file))!);
        File.WriteAllText(In(file), text);
    }

    private void Gzip(string file, string line)
    {
        using var gzip = new GZipStream(File.Create(In(file)), CompressionLevel.Fastest);
        gzip.Write(Encoding.UTF8.GetBytes(line + "\n"));
    }

    private async Task Parquet<T>(string file, T row)
        where T : class
    {
        Directory.CreateDirectory(Path.GetDirectoryName(In(file))!);
        await using FileStream content = File.Create(In(file));
        await ParquetSerializer.SerializeAsync([row], content);
    }

#pragma warning disable IDE1006 // the columns are named as in the published files
    private sealed class Review
    {
        public double rating { get; set; } = 4;

        public string asin { get; set; } = "B0V";

        public string parent_asin { get; set; } = "B0P";

        public string user_id { get; set; } = "AE";

        public long timestamp { get; set; } = 1588687728923;
    }

    private sealed class Meta
    {
        public string title { get; set; } = "Bib";

        public List<string> features { get; set; } = ["soft", "warm"];

        public Pictures images { get; set; } = new();

        public string parent_asin { get; set; } = "B0P";
    }

    private sealed class Pictures
    {
        public List<string> hi_res { get; set; } = ["https://example.org/h.jpg"];

        public List<string> large { get; set; } = ["https://example.org/l.jpg", "https://example.org/2.jpg"];
    }
}
