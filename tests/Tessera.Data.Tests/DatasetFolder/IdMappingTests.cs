using Tessera.Data.DatasetFolder;

namespace Tessera.Data.Tests.DatasetFolder;

public sealed class IdMappingTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public IdMappingTests() => _directory.Write("a.inter", "userID\titemID\tx_label\n0\t0\t0\n1\t1\t0\n");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("user_id\tuserID\nA1\t1\nB,2\t0\n")]
    [InlineData("user_id,userID\r\nA1,1\r\nB,2,0\r\n")]
    [InlineData("userID\tuser_id\n0\tB,2\n1\tA1\n\n")]
    [InlineData("\uFEFFname,number\n\"B,2\",0\n\"A1\",1")]
    public void Names_are_placed_by_their_number(string text)
    {
        _directory.Write("u_id_mapping.csv", text);
        _directory.Write("i_id_mapping.csv", "asin\titemID\nB00X\t0\n\"say \"\"hi\"\"\"\t1\n");

        Dataset dataset = DatasetReader.Read(_directory.Path);

        Assert.Equal(["B,2", "A1"], dataset.UserIds);
        Assert.Equal(["B00X", "say \"hi\""], dataset.ItemIds);
    }

    [Theory]
    [InlineData("", "is empty", "or delete the file")]
    [InlineData("asin\n", "Line 1 of", "'asin'; expected two", "so correct the header")]
    [InlineData("a\tb\titemID\n", "Line 1 of", "expected two", "so correct the header")]
    [InlineData("asin\titemID\nX 0\n", "Line 2 of", "'X 0'; expected a name and a number", "so complete")]
    [InlineData("asin\titemID\nX\tzero\n", "Line 2 of", "number 'zero'; expected itemID 0 to 1", "so correct")]
    [InlineData("asin\titemID\nX\t0\nY\t2\n", "Line 3 of", "number '2'", "so correct or remove")]
    [InlineData("asin\titemID\nX\t0\nY\t0\n", "Line 3 of", "gives itemID 0 a second name", "so remove one")]
    [InlineData("asin\titemID\nX\t0\nX\t1\n", "Lines 2 and 3 of", "the same name 'X'", "so correct one")]
    [InlineData("asin\titemID\nX\t1\n\t0\n", "Line 3 of", "the name '', which is empty", "expected 1 to 1,000 characters")]
    [InlineData("asin\titemID\nX\t1\n \t0\n", "Line 3 of", "which is blank", "expected 1 to 1,000 characters")]
    [InlineData("asin\titemID\nX\t1\na\u001B[2J\t0\n", "Line 3 of", "the name 'a?[2J', which holds the character U+001B", "so correct or remove the line")]
    [InlineData("asin\titemID\nX\t1\na\u0085\t0\n", "Line 3 of", "which holds the character U+0085", "without tabs, line ends and other control characters")]
    [InlineData("itemID\tasin\n0\ta\tb\n1\tX\n", "Line 2 of", "which holds the character U+0009", "so correct or remove the line")]
    [InlineData("asin\titemID\nX\t1\n", "no line for itemID 0", "so add it or delete the file")]
    public void Bad_mappings_are_refused_with_place_and_remedy(string text, params string[] parts)
    {
        string path = _directory.Write("i_id_mapping.csv", text);

        string message = Assert.Throws<InvalidInputException>(() => DatasetReader.Read(_directory.Path)).Message;

        Assert.All(parts.Append(path), part => Assert.Contains(part, message, StringComparison.Ordinal));
    }
}
