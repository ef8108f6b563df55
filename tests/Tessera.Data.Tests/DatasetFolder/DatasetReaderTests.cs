using Tessera.Data.DatasetFolder;
using Tessera.Data.Tests.Storage;

namespace Tessera.Data.Tests.DatasetFolder;

public sealed class DatasetReaderTests : IDisposable
{
    private const string Small = "userID\titemID\tx_label\n0\t0\t0\n0\t2\t0\n0\t1\t2\n1\t2\t0\n1\t0\t1\n";
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_regular_directory_is_read_without_notices()
    {
        _directory.Write("small.inter", Small);
        _directory.Write("text_feat.npy", NpyBytes.Of("<f4", new double[,] { { 1 }, { 2 }, { 3 } }));
        _directory.Write("image_feat.npy", NpyBytes.Of("<f2", new double[,] { { 1, 2 }, { 3, 4 }, { 5, 6 } }));

        Dataset dataset = DatasetReader.Read(_directory.Path);

        Assert.Equal("small", dataset.Name);
        Assert.Equal((2, 3), (dataset.Users, dataset.Items));
        Assert.Equal([(0, 0), (0, 2), (1, 2)], dataset.Train.Pairs());
        Assert.Equal([(1, 0)], dataset.Validation.Pairs());
        Assert.Equal([(0, 1)], dataset.Test.Pairs());
        Assert.Equal(["image", "text"], dataset.Modalities.Select(m => m.Name));
        Assert.Equal(4f, dataset.Modalities[0].Features[1, 1]);
        Assert.Null(dataset.UserIds);
        Assert.Empty(dataset.Notices);
    }

    [Theory]
    [InlineData("userID\titemID\tx_label\n3\t1\t0\n0\t0\t2\n")]
    [InlineData("userID,itemID,x_label\n3,1,0\n0,0,2")]
    [InlineData("\uFEFFuserID\titemID\tx_label\r\n3\t1\t0\r\n0\t0\t2\r\n\r\n\r\n")]
    [InlineData("x_label\trating\titemID\tuserID\ttimestamp\n0\t5.0\t1\t3\t99\n2\t1\t0\t0\t98\n\n")]
    [InlineData("user_id:token,item_id:token,rating:float,timestamp:float,x_label:float\n3,1,4.5,1e9,0\n0,0,2,1e9,2\n")]
    [InlineData("user_id\titem_id\tx_label\n3\t1\t0\n0\t0\t2\n")]
    public void Separators_headers_column_orders_and_line_ends_vary(string text)
    {
        _directory.Write("a.inter", text);

        Dataset dataset = DatasetReader.Read(_directory.Path);

        Assert.Equal([(3, 1)], dataset.Train.Pairs());
        Assert.Equal([(0, 0)], dataset.Test.Pairs());
    }

    [Fact]
    public void Lines_that_straddle_the_reading_buffer_stay_whole()
    {
        var pairs = Enumerable.Range(0, 60_000).Select(i => (User: i, Item: i % 977)).ToArray();
        _directory.Write("big.inter", "userID\titemID\tx_label\n" + string.Concat(pairs.Select(p => $"{p.User}\t{p.Item}\t0\n")));

        Dataset dataset = DatasetReader.Read(_directory.Path);

        Assert.Equal(pairs, dataset.Train.Pairs());
    }

    [Fact]
    public void Irregularities_that_do_no_harm_are_noticed()
    {
        _directory.Write("odd.inter", "userID\titemID\tx_label\tcolor\n0\t0\t0\tx\n0\t0\t0\tx\n0\t0\t0\tx\n2\t0\t1\tx\n4\t3\t0\tx\n4\t1\t0\tx\n");
        _directory.Write("image_feat.npy", NpyBytes.Of("<f4", new double[,] { { 1 }, { 0 }, { 2 }, { 0 } }));

        Dataset dataset = DatasetReader.Read(_directory.Path);

        Assert.Equal(3, dataset.Train.Count);
        Assert.Equal([false, true, false, true], dataset.Modalities[0].Missing);
        Assert.Equal(
            [
                "2 duplicate interactions were merged in odd.inter.",
                "1 user has no training item in odd.inter and is excluded from evaluation.",
                "2 user ids are not used in odd.inter.",
                "1 item has no interaction in odd.inter.",
                "No interaction in odd.inter is labeled 2: there is no test split.",
                "2 items have a row of zeros in image_feat.npy, taken as missing.",
                "Column 'color' of odd.inter is ignored.",
            ],
            dataset.Notices);
    }

    [Theory]
    [InlineData("", "is empty", "so write them")]
    [InlineData("userID\titemID\tx_label\n", "has a header but no interaction", "so add them")]
    [InlineData("0\t1\t0\n", "Line 1 of", "names no userID column", "correct the header")]
    [InlineData("userID\titemID\n0\t1\n", "Line 1 of", "names no x_label column", "so add")]
    [InlineData("userID\tuser_id:token\titemID\tx_label\n", "Line 1 of", "names the userID column twice", "so remove one")]
    [InlineData("userID\titemID\tx_label\n0\t0\t0\n0\t1\n", "Line 3 of", "'0 1' with 2 fields; expected 3", "so complete or remove the line")]
    [InlineData("userID\titemID\tx_label\n0\t0\t0\t0\n", "Line 2 of", "with 4 fields; expected 3", "so complete or remove")]
    [InlineData("userID\titemID\tx_label\nA1\t0\t0\n", "Line 2 of", "user id 'A1', which is not a whole number", "so number the users from 0")]
    [InlineData("userID\titemID\tx_label\n0\t1.0\t0\n", "Line 2 of", "item id '1.0', which is not a whole number", "so number the items from 0")]
    [InlineData("userID\titemID\tx_label\n0\t\t0\n", "Line 2 of", "which is empty", "so number")]
    [InlineData("userID\titemID\tx_label\n0\t-3\t0\n", "Line 2 of", "item id '-3', which is negative", "so number")]
    [InlineData("userID\titemID\tx_label\n2147483648\t0\t0\n", "Line 2 of", "which is too large", "so number")]
    [InlineData("userID\titemID\tx_label\n0\t999999999999999999999999\t0\n", "Line 2 of", "'999999999999999999999999', which is", "so number")]
    [InlineData("userID\titemID\tx_label\n2000000000\t0\t0\n", "Line 2 of", "user id 2000000000, far above the 1 interactions", "so renumber the users")]
    [InlineData("userID\titemID\tx_label\n0\t2000000000\t0\n", "Line 2 of", "item id 2000000000, far above", "so renumber the items")]
    [InlineData("userID\titemID\tx_label\n0\t0\t3\n", "Line 2 of", "label '3'; expected x_label 0 (training), 1 (validation) or 2 (test)", "so correct")]
    [InlineData("userID\titemID\tx_label\n0\t0\t\n", "Line 2 of", "label ''", "so correct")]
    [InlineData("userID\titemID\tx_label\n0\t0\t0\n\n0\t1\t0\n", "Line 3 of", "is blank", "so remove")]
    [InlineData("userID\titemID\tx_label\n0\t0\t1\n", "no line with x_label 0", "so label them 0")]
    [InlineData("userID\titemID\tx_label\n0\t7\t0\n1\t1\t0\n0\t7\t2\n", "Lines 2 (training) and 4 (test)", "user 0 with item 7", "so remove one")]
    [InlineData("userID\titemID\tx_label\n0\t7\t1\n1\t1\t0\n0\t7\t0\n", "Lines 2 (validation) and 4 (training)", "user 0 with item 7", "so remove one")]
    [InlineData("userID\titemID\tx_label\n0\t7\t1\n1\t1\t0\n0\t7\t2\n", "Lines 2 (validation) and 4 (test)", "user 0 with item 7", "so remove one")]
    public void Bad_interactions_are_refused_with_file_place_and_remedy(string text, params string[] parts)
    {
        string path = _directory.Write("bad.inter", text);

        string message = Refusal();

        Assert.All(parts.Append(path), part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_line_without_end_is_refused()
    {
        string path = _directory.Write("a.inter", new byte[300_000]);

        Assert.StartsWith($"Line 1 of '{path}' is longer than 262,144 bytes", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_absent_directory_is_refused()
    {
        string path = Path.Combine(_directory.Path, "none");

        string message = Assert.Throws<InvalidInputException>(() => DatasetReader.Read(path)).Message;

        Assert.Equal($"Directory '{path}' does not exist; expected the folder that holds the .inter file, so check the path.", message);
    }

    [Fact]
    public void A_directory_without_interactions_is_refused()
    {
        Assert.Contains($"'{_directory.Path}' has no .inter file; expected exactly one, so put", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_interaction_files_are_refused_by_name()
    {
        _directory.Write("b.inter", Small);
        _directory.Write("a.inter", Small);

        Assert.Contains("has 2 .inter files (a.inter, b.inter); expected exactly one, so move", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Fewer_rows_than_items_are_refused()
    {
        string path = _directory.Write("small.inter", Small);
        _directory.Write("image_feat.npy", NpyBytes.Of("<f4", Ones(2)));

        string message = Refusal();

        Assert.All(
            ["Line 3 of", path, "names item 2, which has no row in 'image_feat.npy' (2 rows, items 0 to 1)", "so add the missing rows"],
            part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    [Fact]
    public void Modalities_must_have_the_same_rows()
    {
        _directory.Write("small.inter", Small);
        _directory.Write("image_feat.npy", NpyBytes.Of("<f4", Ones(3)));
        _directory.Write("text_feat.npy", NpyBytes.Of("<f4", Ones(4)));

        Assert.Contains("'image_feat.npy' has 3 rows and 'text_feat.npy' 4; expected one row per item in each, so extract", Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("_feat.npy", "names no modality")]
    [InlineData("a,b_feat.npy", "names the modality 'a,b'; expected a name without commas")]
    public void A_modality_needs_a_name_that_lists_can_hold(string file, string sentence)
    {
        _directory.Write("small.inter", Small);
        _directory.Write(file, NpyBytes.Of("<f4", Ones(3)));

        Assert.Contains(sentence, Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_bad_value_names_its_file_row_and_column()
    {
        string path = _directory.Write("small.inter", Small).Replace("small.inter", "audio_feat.npy", StringComparison.Ordinal);
        _directory.Write("audio_feat.npy", NpyBytes.Of("<f4", new double[,] { { 1, 1 }, { 1, double.NaN }, { 1, 1 } }));

        Assert.StartsWith($"'{path}' holds NaN at row 1, column 1", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Reading_stops_when_canceled()
    {
        _directory.Write("small.inter", Small);
        _directory.Write("image_feat.npy", NpyBytes.Of("<f4", Ones(3)));

        Assert.Throws<OperationCanceledException>(() => DatasetReader.Read(_directory.Path, new CancellationToken(canceled: true)));
    }

    private static double[,] Ones(int rows)
    {
        var values = new double[rows, 1];
        for (int row = 0; row < rows; row++) values[row, 0] = 1;
        return values;
    }

    private string Refusal() => Assert.Throws<InvalidInputException>(() => DatasetReader.Read(_directory.Path)).Message;
}
