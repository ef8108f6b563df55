using Tessera.Compute.Tensors;
using Tessera.Data.DatasetFolder;
using Tessera.Data.Tests.Storage;

namespace Tessera.Data.Tests.DatasetFolder;

/// <summary>Items and users of a data set that have no interaction.</summary>
public sealed class ColdItemTests : IDisposable
{
    /// <summary>Users 0 to 4, items 0 to 9.</summary>
    private static readonly string Ten = "userID\titemID\tx_label\n" + string.Concat(Enumerable.Range(0, 10).Select(i => $"{i / 2}\t{i}\t{(i == 9 ? 2 : 0)}\n"));

    private readonly TemporaryDirectory _directory = new();

    public ColdItemTests() => _directory.Write("shop.inter", Ten);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Rows_of_features_beyond_the_largest_item_are_items()
    {
        WriteFeatures(12);

        Dataset data = DatasetReader.Read(_directory.Path);

        Assert.Equal((5, 12), (data.Users, data.Items));
        Assert.Equal((12, 12), (data.Train.ItemCounts().Length, data.Modalities[0].Features.Rows));
        Assert.Equal(3, DatasetStatistics.Of(data).ColdItems); // 9 is in test alone
        Assert.Equal(["2 items have no interaction in shop.inter."], data.Notices.Where(notice => notice.Contains("item", StringComparison.Ordinal)).Take(1));
    }

    [Fact]
    public void Names_without_interactions_are_users_and_items()
    {
        WriteNames("u_id_mapping.csv", "userID", 8, first: "u");
        WriteNames("i_id_mapping.csv", "itemID", 12, first: "i");

        Dataset data = DatasetReader.Read(_directory.Path);

        Assert.Equal((8, 12), (data.Users, data.Items));
        Assert.Equal(("u7", "i11"), (data.UserIds![7], data.ItemId(11)));
        Assert.Contains("3 user ids are not used in shop.inter.", data.Notices);
        Assert.Contains("2 items have no interaction in shop.inter.", data.Notices);
    }

    [Fact]
    public void Rows_that_a_file_of_ids_names_are_items()
    {
        WriteFeatures(12);
        _directory.Write("image_feat.ids", string.Concat(Enumerable.Range(0, 12).Select(item => $"{item}\n")));
        Assert.Equal(12, DatasetReader.Read(_directory.Path).Items);

        _directory.Write("image_feat.ids", string.Concat(Enumerable.Range(0, 11).Select(item => $"{item}\n")));
        AssertRefused("image_feat.ids' ends after 11 ids, but shop.inter has 12 items");
    }

    [Theory]
    [InlineData(12, 11, "i_id_mapping.csv' names 11 items, but 'image_feat.npy' has 12 rows")]
    [InlineData(10, 12, "i_id_mapping.csv' names 12 items, but 'image_feat.npy' has 10 rows")]
    [InlineData(12, 9, "i_id_mapping.csv' has no line for itemID 9; expected one for each of 0 to 9 as in the .inter file")]
    [InlineData(9, 12, "names item 9, which has no row in 'image_feat.npy' (9 rows, items 0 to 8)")]
    public void Files_that_differ_in_their_number_of_items_are_named(int rows, int names, string sentence)
    {
        WriteFeatures(rows);
        WriteNames("i_id_mapping.csv", "itemID", names, first: "i");

        AssertRefused(sentence);
    }

    [Fact]
    public void A_large_number_is_believed_only_where_a_file_has_as_many_rows_or_names()
    {
        _directory.Write("shop.inter", "userID\titemID\tx_label\n0\t0\t0\n1999\t1999\t0\n");
        AssertRefused("user id 1999, far above the 2 interactions");

        WriteNames("u_id_mapping.csv", "userID", 2000, first: "u");
        AssertRefused("item id 1999, far above the 2 interactions");
        WriteFeatures(2000);
        Assert.Equal((2000, 2000), (DatasetReader.Read(_directory.Path).Users, DatasetReader.Read(_directory.Path).Items));

        _directory.Write("shop.inter", "userID\titemID\tx_label\n0\t0\t0\n2000000000\t1\t0\n");
        AssertRefused("u_id_mapping.csv' has no line for userID 2000; expected one for each of 0 to 2000000000 as in the .inter file");
    }

    [Fact]
    public void What_has_no_interaction_is_there_after_writing_and_reading()
    {
        Interactions train = Interactions.FromPairs(4, 6, [(0, 0), (0, 1), (1, 2)]), none = Interactions.FromPairs(4, 6, []);
        var bare = new Dataset("bare", train, none, none, []);
        var rich = new Dataset("rich", train, none, none, [new Modality("image", Matrix.From(new float[,] { { 1 }, { 2 }, { 3 }, { 4 }, { 5 }, { 6 } }))]);

        foreach (Dataset written in new[] { bare, rich })
        {
            DatasetWriter.Write(written, _directory.In(written.Name));
            Dataset read = DatasetReader.Read(_directory.In(written.Name));
            Assert.Equal((4, 6), (read.Users, read.Items));
            Assert.Equal(written.Train.Pairs(), read.Train.Pairs());
            Assert.Equal(("3", "5"), (read.UserIds![3], read.ItemId(5)));
            Assert.Equal(DatasetFingerprint.Of(written), DatasetFingerprint.Of(read));
        }

        Assert.False(File.Exists(Path.Combine(_directory.In("rich"), "i_id_mapping.csv"))); // the features say it
    }

    private void WriteFeatures(int rows)
    {
        var values = new double[rows, 1];
        for (int row = 0; row < rows; row++) values[row, 0] = row + 1;
        _directory.Write("image_feat.npy", NpyBytes.Of("<f4", values));
    }

    private void WriteNames(string file, string column, int count, string first) =>
        _directory.Write(file, $"name\t{column}\n" + string.Concat(Enumerable.Range(0, count).Select(number => $"{first}{number}\t{number}\n")));

    private void AssertRefused(string sentence) => Assert.Contains(
        sentence, Assert.Throws<InvalidInputException>(() => DatasetReader.Read(_directory.Path)).Message, StringComparison.Ordinal);
}
