using System.Text.Json.Nodes;
using Tessera.Data.DatasetFolder;

namespace Tessera.Data.Tests.DatasetFolder;

public sealed class SplitRecordTests : IDisposable
{
    // Items 1 and 3 are in validation, item 2 in test.
    private static readonly Dataset Cold = new(
        "cold",
        Interactions.FromPairs(2, 5, [(0, 0), (0, 4), (1, 0)]),
        Interactions.FromPairs(2, 5, [(0, 1), (1, 3)]),
        Interactions.FromPairs(2, 5, [(0, 2)]),
        []);

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_record_reads_back_as_it_was_written()
    {
        Write();

        SplitRecord read = SplitRecord.ReadIfPresent(_directory.Path, Cold)!;

        Assert.Equal(("cold-items", 7UL, 2, 5), (read.Scheme, read.Seed, read.Users, read.Items));
        Assert.Equal((3, 2, 1), (read.Training, read.Validation, read.Test));
        Assert.Equal([1, 3], read.ColdValidationItems);
        Assert.Equal([2], read.ColdTestItems);
    }

    [Fact]
    public void A_mixed_splits_record_tells_a_data_set_its_cold_items()
    {
        // Beside the cold items 1 and 2, the warm item 3 is in validation and test, too.
        var mixed = new Dataset("mixed", Cold.Train, Cold.Validation, Interactions.FromPairs(2, 5, [(0, 2), (0, 3)]), []);
        DatasetWriter.Write(mixed, _directory.In("data"));
        new SplitRecord("cold-mixed", 7, 2, 5, 3, 2, 2) { ColdValidationItems = [1], ColdTestItems = [2] }.Write(_directory.In("data"));

        Dataset read = DatasetReader.Read(_directory.In("data"));

        Assert.Equal([1, 2], read.ColdItems!);
        Assert.Equal([1, 2], read.WithModalities([]).ColdItems!);
        Assert.Null(read.WithSplits(read.Train, read.Validation, read.Test).ColdItems);
        string fingerprint = DatasetFingerprint.Of(read);
        Assert.NotEqual(DatasetFingerprint.Of(mixed), fingerprint);
        new SplitRecord("cold-mixed", 7, 2, 5, 3, 2, 2) { ColdValidationItems = [1, 3], ColdTestItems = [2] }.Write(_directory.In("data"));
        Assert.Contains(
            "lists item 3 in coldValidationItems, which has interactions elsewhere",
            Assert.Throws<InvalidInputException>(() => DatasetReader.Read(_directory.In("data"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_a_record_has_none() => Assert.Null(SplitRecord.ReadIfPresent(_directory.Path, Cold));

    [Theory]
    [InlineData("format", "2", "says format 2; expected 1")]
    [InlineData("scheme", "null", "is not the record of a split")]
    [InlineData("scheme", "\"random-8-1-1\"", "names the scheme 'random-8-1-1' beside cold items")]
    [InlineData("seed", "-1", "is not the record of a split")]
    [InlineData("users", "3", "says users 3; expected 2")]
    [InlineData("items", "4", "says items 4; expected 5")]
    [InlineData("training", "4", "says training 4; expected 3")]
    [InlineData("validation", "4", "says validation 4; expected 2")]
    [InlineData("test", "4", "says test 4; expected 1")]
    [InlineData("coldValidationItems", "null", "without its cold items")]
    [InlineData("coldValidationItems", "[1]", "does not list item 3 in coldValidationItems")]
    [InlineData("coldValidationItems", "[0,1,3]", "lists item 0 in coldValidationItems, which has interactions elsewhere")]
    [InlineData("coldValidationItems", "[1,2,3]", "lists item 2 in coldValidationItems, which has interactions elsewhere")]
    [InlineData("coldValidationItems", "[3,1]", "lists item 1 in coldValidationItems; expected items 0 to 4, ascending")]
    [InlineData("coldTestItems", "[5]", "lists item 5 in coldTestItems; expected items 0 to 4, ascending")]
    [InlineData("coldTestItems", "[-1]", "lists item -1 in coldTestItems")]
    [InlineData("coldTestItems", "[]", "does not list item 2 in coldTestItems")]
    [InlineData("color", "1", "'color'")]
    public void A_damaged_field_is_refused_by_its_name(string field, string value, string sentence)
    {
        Write();
        string path = Path.Combine(_directory.Path, SplitRecord.FileName);
        JsonNode root = JsonNode.Parse(File.ReadAllText(path))!;
        root[field] = JsonNode.Parse(value);
        File.WriteAllText(path, root.ToJsonString());

        AssertRefused(path, sentence);
    }

    [Fact]
    public void A_record_of_other_users_says_which_files_differ_and_what_to_do()
    {
        new SplitRecord("random-8-1-1", 7, 3, 5, 3, 2, 1).Write(_directory.Path);
        string path = Path.Combine(_directory.Path, SplitRecord.FileName);

        Assert.Equal(
            $"'{path}' says users 3; expected 2, as the folder's .inter file and u_id_mapping.csv have. These files are of different splits, so restore those that were "
            + "changed, or split again into a new folder with 'tessera data split'.",
            Assert.Throws<InvalidInputException>(() => SplitRecord.ReadIfPresent(_directory.Path, Cold)).Message);
    }

    [Theory]
    [InlineData("format")]
    [InlineData("scheme")]
    [InlineData("seed")]
    [InlineData("users")]
    [InlineData("items")]
    [InlineData("training")]
    [InlineData("validation")]
    [InlineData("test")]
    [InlineData("coldTestItems")]
    public void An_absent_field_is_refused(string field)
    {
        Write();
        string path = Path.Combine(_directory.Path, SplitRecord.FileName);
        JsonObject root = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        Assert.True(root.Remove(field));
        File.WriteAllText(path, root.ToJsonString());

        AssertRefused(path, "split again.");
    }

    private void Write() =>
        new SplitRecord("cold-items", 7, 2, 5, 3, 2, 1) { ColdValidationItems = [1, 3], ColdTestItems = [2] }.Write(_directory.Path);

    private void AssertRefused(string path, string sentence)
    {
        string message = Assert.Throws<InvalidInputException>(() => SplitRecord.ReadIfPresent(_directory.Path, Cold)).Message;
        Assert.StartsWith($"'{path}' ", message, StringComparison.Ordinal);
        Assert.Contains(sentence, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }
}
