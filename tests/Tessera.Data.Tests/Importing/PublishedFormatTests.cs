using System.Text;
using Tessera.Compute.Tensors;
using Tessera.Data.DatasetFolder;
using Tessera.Data.Importing;
using Tessera.Data.Storage;

namespace Tessera.Data.Tests.Importing;

/// <summary>MicroLens, RecBole, MMRec, MMSSL.</summary>
public sealed class PublishedFormatTests : IDisposable
{
    private readonly ImportWorkplace _work = new();

    private TemporaryDirectory Files => _work.Directory;

    public void Dispose() => _work.Dispose();

    [Fact]
    public void MicroLens_has_pairs_titles_and_covers()
    {
        string pairs = Files.Write("MicroLens-50k_pairs.csv", "user,item,timestamp\n36121,9580,1583378629552\n36121,7,1583378629000\n5,9580,1584000000000\n");
        string titles = Files.Write("titles.csv", "item,title\n9580,\"Spicy, sour\"\n7,Seven\n");
        Files.Write("covers/9580.jpg", "x");
        var (result, events, items) = _work.Import("microlens", pairs, titles, o => o with { Images = Files.In("covers") });
        Assert.Equal([("36121", "9580", 1583378629L), ("36121", "7", 1583378629), ("5", "9580", 1584000000)], events.Select(e => (e.User, e.Item, e.Time)));
        Assert.Equal(["Spicy, sour", "Seven"], items.Select(item => item.Texts["title"]));
        Assert.Equal([Files.In("covers/9580.jpg"), null], items.Select(item => item.Image));
        Assert.Equal(["MicroLens-50k_pairs.csv names no rating column: the events have no ratings.", $"No picture in {Files.In("covers")} for 1 item of titles.csv."], result.Notices);
    }

    [Fact]
    public void MicroLens_needs_its_columns_and_folder()
    {
        string pairs = Files.Write("pairs.csv", "user,item,timestamp\n1,2,1583378629552\n"), titles = Files.Write("titles.csv", "item,title\n2,x\n");
        Assert.Contains("There is no folder", _work.Refusal("microlens", pairs, titles, o => o with { Images = Files.In("none") }), StringComparison.Ordinal);
        string other = Files.Write("other.csv", "u,i,t\n1,2,3\n");
        Assert.Contains("has no column 'user'; expected one of 'u', 'i', 't'", _work.Refusal("microlens", other), StringComparison.Ordinal);
    }

    [Fact]
    public void RecBole_has_typed_headers_and_quotes_nothing()
    {
        string inter = Files.Write("ml.inter", "user_id:token\titem_id:token\trating:float\ttimestamp:float\n1\t\"x\t4.0\t881250949.0\n2\ty\t3\t1e9\n");
        string item = Files.Write("ml.item", "item_id:token\ttitle:token_seq\tclass:token\tyear:float\ny\t\"Y\" and more\tc\t1995\n\"x\tX\t\t\n");
        var (result, events, items) = _work.Import("recbole", inter, item);
        Assert.Equal([("1", "\"x", 881250949L, 4f), ("2", "y", 1000000000, 3)], events);
        Assert.Equal([("title", "X")], items[0].Texts.Select(text => (text.Key, text.Value)));
        Assert.Equal([("title", "\"Y\" and more"), ("class", "c"), ("year", "1995")], items[1].Texts.Select(text => (text.Key, text.Value)));
        Assert.Empty(result.Notices);
        string bare = Files.Write("bare.inter", "user_id\titem_id\n1\t2\n");
        Directory.Delete(_work.Out, recursive: true);
        Assert.Contains("names the column 'user_id'; expected a name and a type as in user_id:token", _work.Refusal("recbole", bare), StringComparison.Ordinal);
    }

    [Fact]
    public void MMRec_folders_become_data_sets_at_once()
    {
        Files.Write("in/baby.inter", "userID\titemID\tx_label\n0\t1\t0\n1\t0\t0\n0\t0\t2\n1\t2\t1\n");
        Files.Write("in/i_id_mapping.csv", "asin\titemID\nB\t1\nA\t0\nC\t2\n");
        NpyWriter.Write(Files.In("in/text_feat.npy"), Features(3, 2));
        string table = Files.Write("items.csv", "asin,title\nC,See\nA,Ay\nZ,Zed\n");
        var result = _work.Run("mmrec", Files.In("in"), table);
        Assert.Equal(("baby", true, 2, 3, 4L, 2), (result.Name, result.IsDataset, result.Users, result.Items, result.Events, result.DescribedItems));
        Assert.Contains("Left out 1 item of items.csv that the data set does not have.", result.Notices);
        Dataset data = DatasetReader.Read(_work.Out);
        Assert.Equal([(0, 1), (1, 0)], data.Train.Pairs());
        Assert.Equal(["A", "B", "C"], data.ItemIds!);
        Assert.Equal(6f, data.Modalities.Single().Features[2, 1]);
        Assert.Equal(
            ["{\"item\":\"A\",\"title\":\"Ay\"}", "{\"item\":\"B\"}", "{\"item\":\"C\",\"title\":\"See\"}"],
            File.ReadLines(Path.Combine(_work.Out, "items.jsonl")));
        Assert.Equal(4, Directory.GetFiles(_work.Out).Length);
        Assert.Contains("is not empty", Assert.Throws<InvalidInputException>(() => _work.Run("mmrec", Files.In("in"))).Message, StringComparison.Ordinal);
        Directory.Delete(_work.Out, recursive: true);
        Assert.Equal("other", _work.Run("mmrec", Files.In("in"), with: o => o with { Name = "other" }).Name);
        Assert.Contains("has no .inter file", Assert.Throws<InvalidInputException>(() => _work.Run("mmrec", _work.Directory.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MMRec_folders_keep_what_is_known_of_features_and_split()
    {
        Files.Write("in/baby.inter", "userID\titemID\tx_label\n0\t1\t0\n1\t0\t0\n0\t0\t2\n1\t2\t1\n");
        Files.Write("in/i_id_mapping.csv", "asin\titemID\nA\t0\nB\t1\nC\t2\n");
        Files.Write("in/items.jsonl", "{\"item\":\"A\"}\n");
        Files.Write("in/image_feat.ids", "A\nB\nC\n");
        NpyWriter.Write(Files.In("in/image_feat.npy"), Features(3, 2));
        NpyWriter.Write(Files.In("in/text_feat.npy"), Features(3, 2));
        var text = FeatureManifestEntry.Of(new Modality("text", Features(3, 2)) { Space = "clip" }, "tfidf-svd", "1", new string('0', 64));
        FeatureManifest.For(["A", "B", "C"]).With(text).Write(Files.In("in"));
        Dataset before = DatasetReader.Read(Files.In("in"));
        new SplitRecord("random-8-1-1", 7, before.Users, before.Items, 2, 1, 1).Write(Files.In("in"));
        var result = _work.Run("mmrec", Files.In("in"));
        Assert.Contains("items.jsonl was left out; name it with --items to include it.", result.Notices);
        Dataset after = DatasetReader.Read(_work.Out);
        Assert.Equal(["tfidf-svd", null], after.Modalities.OrderByDescending(m => m.Name).Select(m => m.Encoder));
        Assert.Equal("clip", after.Modalities.Single(m => m.Name == "text").Space);
        Assert.Equal(text.Content, FeatureManifest.ReadIfPresent(_work.Out)!.Modalities.Single().Content);
        Assert.Equal("A\nB\nC\n", File.ReadAllText(Path.Combine(_work.Out, "image_feat.ids")));
        Assert.Equal(7ul, SplitRecord.ReadIfPresent(_work.Out, after)!.Seed);
    }

    [Theory]
    [InlineData("1000000020", "1000000010", "-5", "7")]
    [InlineData("1400000000123456", "1400000000123455", "1e3", "0.5")]
    public void MMRec_folders_keep_their_times(params string[] times)
    {
        Files.Write("in/baby.inter", $"userID\titemID\trating\ttimestamp\tx_label\n0\t1\t5\t{times[0]}\t0\n0\t1\t5\t{times[1]}\t0\n1\t0\t3\t{times[2]}\t0\n0\t0\t1\t{times[3]}\t2\n");
        _work.Run("mmrec", Files.In("in"), with: o => o with { Name = "other" });
        Assert.Equal(InteractionTimes.ReadIfPresent(Files.In("in"))!, InteractionTimes.ReadIfPresent(_work.Out)!);
        Assert.Contains($"0\t1\t{times[1]}\t0", File.ReadLines(Path.Combine(_work.Out, "other.inter")));
    }

    [Theory]
    [InlineData("mmrec")]
    [InlineData("mmssl")]
    public void The_item_table_of_a_data_set_may_be_laid_out_in_any_way(string format)
    {
        Files.Write("tiktok/baby.inter", "userID\titemID\tx_label\n0\t1\t0\n1\t0\t0\n");
        WriteMmssl("{\"0\":[1],\"1\":[0]}", "{}", "{}");
        string folder = Files.In("tiktok"), text = "nr#photo#words\n0#p.jpg#\"Café\" Müller – “naïve” façade\n1#q.jpg#two\n";
        string table = Files.Write("items.csv", CodePagesEncodingProvider.Instance.GetEncoding("windows-1252")!.GetBytes(text));
        Assert.Contains("so say with --separator what stands between them.", Refusal(o => o), StringComparison.Ordinal);
        Assert.Contains("so say with --item-id-column which it is.", Refusal(o => o with { Separator = "#" }), StringComparison.Ordinal);
        Assert.Contains("or give --quote none", Refusal(o => o with { Separator = "#", ItemIdColumn = "nr", Quote = "double" }), StringComparison.Ordinal);
        Assert.Contains("so give --encoding windows-1252", Refusal(o => o with { Separator = "#", ItemIdColumn = "nr", Quote = "none" }), StringComparison.Ordinal);
        Files.Write("p.jpg", "");
        Files.Write("q.jpg", "");
        _work.Run(format, folder, table, o => o with { ItemIdColumn = "nr", ImageColumn = "photo", Separator = "#", Quote = "none", Encoding = "windows-1252" });
        Assert.Equal(
            ["{\"item\":\"0\",\"words\":\"\\\"Café\\\" Müller – “naïve” façade\",\"image\":\"../p.jpg\"}", "{\"item\":\"1\",\"words\":\"two\",\"image\":\"../q.jpg\"}"],
            File.ReadLines(Path.Combine(_work.Out, "items.jsonl")));
        Directory.Delete(_work.Out, recursive: true);
        Files.Write("items.csv", "item#words\n0#x\n");
        Assert.Equal("There is no item table for --encoding; expected one, so name it with --items.", _work.Refusal(format, folder, with: o => o with { Encoding = "latin1" }));
        Assert.StartsWith($"Format {format} has no --time-format;", Refusal(o => o with { TimeFormat = "yyyy" }), StringComparison.Ordinal);
        string lines = Files.Write("items.jsonl", "{\"item\":0,\"words\":\"x\"}\n");
        Assert.Equal(
            $"'{lines}' is JSON lines; expected a delimited table for --separator, --quote and --no-header, so leave them out.",
            _work.Refusal(format, folder, lines, o => o with { Quote = "none" }));

        string Refusal(Func<ImportOptions, ImportOptions> with) => _work.Refusal(format, folder, table, with);
    }

    [Fact]
    public void A_remedy_that_a_published_format_lacks_names_the_format_that_has_it()
    {
        string pairs = Files.Write("pairs.csv", "user,item,timestamp\n1,2,1583378629552\n"), titles = Files.Write("titles.csv", "item,title\n2,\"A\" b\n");
        Assert.EndsWith("so correct the line, or import the files as csv and give --quote none if quotes are ordinary characters.", _work.Refusal("microlens", pairs, titles), StringComparison.Ordinal);
        Assert.Equal("\"A\" b", _work.Import("csv", pairs, titles, o => o with { Quote = "none" }).Items[0].Texts["title"]);
        Directory.Delete(_work.Out, recursive: true);
        Assert.EndsWith("so import the files as csv and name another.", _work.Refusal("microlens", titles), StringComparison.Ordinal);
        string inter = Files.Write("e.inter", "who:token\titem_id:token\n1\t2\n");
        Assert.EndsWith("so import the files as csv and say with --user-column which it is.", _work.Refusal("recbole", inter), StringComparison.Ordinal);
        Assert.Equal(1, _work.Run("csv", inter, with: o => o with { UserColumn = "who:token", ItemColumn = "item_id:token" }).Events);
        Directory.Delete(_work.Out, recursive: true);
        string reviews = Files.Write("reviews.json", "{\"user\":1,\"item\":2}\n");
        Assert.EndsWith("so import the files as jsonl and name another.", _work.Refusal("amazon2018", reviews), StringComparison.Ordinal);
        Assert.Equal(1, _work.Run("jsonl", reviews).Events);
        Directory.Delete(_work.Out, recursive: true);
        pairs = Files.Write("pairs.csv", "user,item,timestamp\n1,2,15\n");
        Assert.EndsWith("so import the files as csv and name the times' column with --time-column (none where there is none), or give their form with --time-format.", _work.Refusal("microlens", pairs), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("microlens", "user,item,timestamp\n1,2,31.12.2020\n")]
    [InlineData("movielens", "1::2::5::31.12.2020\n")]
    [InlineData("recbole", "user_id:token\titem_id:token\ttimestamp:token\n1\t2\t31.12.2020\n")]
    [InlineData("amazon2014", "{\"reviewerID\":1,\"asin\":2,\"overall\":5,\"unixReviewTime\":\"31.12.2020\"}\n")]
    [InlineData("amazon2023", "{\"user_id\":1,\"parent_asin\":2,\"rating\":5,\"timestamp\":\"31.12.2020\"}\n")]
    public void The_form_of_times_can_be_given_where_it_is_asked_for(string format, string text)
    {
        string events = Files.Write("events", text);
        Assert.Contains("give --time-format \"dd.MM.yyyy\"", _work.Refusal(format, events), StringComparison.Ordinal);
        Assert.Equal(1609372800, _work.Import(format, events, with: o => o with { TimeFormat = "dd.MM.yyyy" }).Events.Single().Time);
    }

    [Fact]
    public void Names_outside_must_be_utf8()
    {
        Files.Write("in/baby.inter", "userID\titemID\tx_label\n0\t0\t0\n0\t1\t0\n");
        Files.Write("in/i_id_mapping.csv", [.. "asin\titemID\nA\t0\ncaf"u8, 0xE9, .. "\t1\n"u8]);
        Assert.StartsWith($"Line 3 of '{Files.In("in/i_id_mapping.csv")}' is not valid UTF-8", _work.Refusal("mmrec", Files.In("in")), StringComparison.Ordinal);
    }

    [Fact]
    public void MMSSL_folders_become_data_sets_at_once()
    {
        WriteMmssl("{\"0\":[1,1],\"1\":[0,2]}", "{\"0\":[2]}", "{\"1\":[],\"0\":[0]}");
        NpyWriter.Write(Files.In("tiktok/image_feat.npy"), Features(3, 2));
        var result = _work.Run("mmssl", Files.In("tiktok") + "/");
        Assert.Equal(("tiktok", true, 2, 3, 5L), (result.Name, result.IsDataset, result.Users, result.Items, result.Events));
        Assert.Equal(["Merged 1 repeated interaction."], result.Notices);
        Dataset data = DatasetReader.Read(_work.Out);
        Assert.Equal([(0, 1), (1, 0), (1, 2)], data.Train.Pairs());
        Assert.Equal([(0, 2)], data.Validation.Pairs());
        Assert.Equal([(0, 0)], data.Test.Pairs());
        Assert.Equal("image", Assert.Single(data.Modalities).Name);
    }

    [Theory]
    [InlineData("{\"0\":[0]}", "{}", "[]", "'{0}/test.json' holds no interactions (")]
    [InlineData("{\"0\":[0]}", "{}", "{\"0\":3}", "'{0}/test.json' holds no interactions (")]
    [InlineData("{\"0\":[0]}", "{}", "", "'{0}/test.json' holds no interactions (")]
    [InlineData("{\"0\":[0]}", "{\"x\":[1]}", "{}", "'{0}/val.json' has the user 'x'; expected a whole number from 0")]
    [InlineData("{\"0\":[0.5]}", "{}", "{}", "'{0}/train.json' has the item '0.5'; expected a whole number")]
    [InlineData("{\"0\":[\"1\"]}", "{}", "{}", "'{0}/train.json' has the item '\"1\"'")]
    [InlineData("{\"-1\":[1]}", "{}", "{}", "'{0}/train.json' has the user '-1'")]
    [InlineData("{\"0\":[2000000000]}", "{}", "{}", "'{0}/train.json' has the item 2000000000, far above the 1 interactions of the folder")]
    [InlineData("{\"0\":[1]}", "{\"0\":[1]}", "{}", "User 0 with item 1 is both in train.json and in val.json of '{0}'")]
    [InlineData("{}", "{\"0\":[1]}", "{}", "'{0}/train.json' holds no interaction")]
    public void Bad_MMSSL_folders_are_refused(string train, string validation, string test, string sentence)
    {
        WriteMmssl(train, validation, test);
        Assert.Contains(string.Format(null, sentence, Files.In("tiktok")), _work.Refusal("mmssl", Files.In("tiktok")), StringComparison.Ordinal);
    }

    [Fact]
    public void MMSSL_features_must_have_a_row_for_each_item()
    {
        WriteMmssl("{\"0\":[1],\"1\":[0]}", "{}", "{}");
        NpyWriter.Write(Files.In("tiktok/image_feat.npy"), Features(1, 2));
        Assert.Contains("has 1 rows, but the interactions name 2 items (0 to 1); expected one row per item, so add", _work.Refusal("mmssl", Files.In("tiktok")), StringComparison.Ordinal);
        NpyWriter.Write(Files.In("tiktok/image_feat.npy"), Features(3, 2));
        Assert.Equal(3, MmsslFolder.Read(Files.In("tiktok"), CancellationToken.None).Items); // the third is cold
        File.Delete(Files.In("tiktok/val.json"));
        Assert.Contains("val.json' does not exist", _work.Refusal("mmssl", Files.In("tiktok")), StringComparison.Ordinal);
        Assert.Contains("There is no folder", _work.Refusal("mmssl", Files.In("none")), StringComparison.Ordinal);
    }

    [Fact]
    public void MMSSL_features_must_be_of_the_items_their_ids_name()
    {
        WriteMmssl("{\"0\":[1],\"1\":[0]}", "{}", "{}");
        NpyWriter.Write(Files.In("tiktok/image_feat.npy"), Features(2, 2));
        string ids = Files.Write("tiktok/image_feat.ids", "1\n0\n");
        Assert.StartsWith($"Line 1 of '{ids}' names item '1', but item 0 in train.json, val.json, test.json is '0'", _work.Refusal("mmssl", Files.In("tiktok")), StringComparison.Ordinal);
    }

    [Fact]
    public void MMSSL_items_may_be_spread_unevenly_over_the_files()
    {
        WriteMmssl($"{{\"0\":[{string.Join(',', Enumerable.Range(0, 3000))}]}}", "{\"1\":[2999]}", "{}");
        var result = _work.Run("mmssl", Files.In("tiktok"));
        Assert.Equal((2, 3000, 3001L), (result.Users, result.Items, result.Events));
    }

    private static Matrix Features(int rows, int columns)
    {
        var features = new Matrix(rows, columns);
        for (int i = 0; i < features.Length; i++) features.Span[i] = i + 1;
        return features;
    }

    private void WriteMmssl(string train, string validation, string test)
    {
        Files.Write("tiktok/train.json", train);
        Files.Write("tiktok/val.json", validation);
        Files.Write("tiktok/test.json", test);
    }
}
