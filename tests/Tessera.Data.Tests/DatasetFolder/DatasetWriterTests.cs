using Tessera.Compute.Tensors;
using Tessera.Data.DatasetFolder;
using Tessera.Data.Synthetic;

namespace Tessera.Data.Tests.DatasetFolder;

public sealed class DatasetWriterTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_written_data_set_reads_back_the_same()
    {
        Dataset log = SyntheticDataset.Create(new() { Users = 60, Items = 80 }).Dataset;
        var written = new Dataset("round", log.Train, log.Validation, log.Test, log.Modalities)
        {
            UserIds = [.. Enumerable.Range(0, 60).Select(u => $"\"user\", é {u}")],
            ItemIds = [.. Enumerable.Range(0, 80).Select(i => $"\"item {i}\"")],
        };
        string path = Path.Combine(_directory.Path, "new", "round");

        DatasetWriter.Write(written, path);
        Dataset read = DatasetReader.Read(path);

        Assert.Equal("round", read.Name);
        Assert.Equal(written.Train.Pairs(), read.Train.Pairs());
        Assert.Equal(written.Validation.Pairs(), read.Validation.Pairs());
        Assert.Equal(written.Test.Pairs(), read.Test.Pairs());
        Assert.Equal(written.UserIds, read.UserIds);
        Assert.Equal(written.ItemIds, read.ItemIds);
        Assert.Equal(written.Modalities.Select(m => m.Name), read.Modalities.Select(m => m.Name));
        Assert.All(written.Modalities.Zip(read.Modalities), pair => Assert.Equal(pair.First.Features.Span.ToArray(), pair.Second.Features.Span.ToArray()));
        Assert.Empty(Directory.GetFiles(path, "*.tmp"));
    }

    [Fact]
    public void A_directory_that_holds_something_is_left_alone()
    {
        string other = _directory.Write("other.inter", "mine");

        string message = Refusal(Tiny("tiny", items: 2));

        Assert.Contains($"'{_directory.Path}' is not empty", message, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(other));
    }

    [Fact]
    public void A_name_that_cannot_be_a_file_name_is_refused() =>
        Assert.Contains("'a/b'", Refusal(Tiny("a/b", items: 2)), StringComparison.Ordinal);

    [Theory]
    [InlineData("a\tb", "has the item id 'a b', which holds the character U+0009")]
    [InlineData("\u001B[2J", "has the item id '?[2J', which holds the character U+001B")]
    [InlineData(" ", "which is blank")]
    public void Names_that_reading_would_refuse_are_not_written(string name, string found)
    {
        Dataset tiny = Tiny("tiny", items: 2);
        var named = new Dataset("tiny", tiny.Train, tiny.Validation, tiny.Test, tiny.Modalities) { ItemIds = ["fine", name] };
        Assert.Contains(found, Refusal(named), StringComparison.Ordinal);
    }

    private string Refusal(Dataset dataset) =>
        Assert.Throws<InvalidInputException>(() => DatasetWriter.Write(dataset, _directory.Path)).Message;

    private static Dataset Tiny(string name, int items)
    {
        Interactions train = Interactions.FromPairs(1, items, [(0, 0), (0, 1)]), none = Interactions.FromPairs(1, items, []);
        return new Dataset(name, train, none, none, [new Modality("image", new Matrix(items, 1))]);
    }
}
