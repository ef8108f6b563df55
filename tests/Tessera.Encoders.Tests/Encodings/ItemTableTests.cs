using Tessera.Data;
using Tessera.Data.EventLogs;
using Tessera.Encoders.Encodings;

namespace Tessera.Encoders.Tests.Encodings;

public sealed class ItemTableTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_table_knows_its_items_fields_and_images()
    {
        File.WriteAllText(_folder.File("items.jsonl"), """
            {"item":"a","title":"One","plot":"First."}
            {"item":"b","image":"b.png"}
            {"item":"c","genre":"Drama","title":""}

            """);
        ItemTable table = ItemTable.Open(_folder.Path);
        Assert.Equal(["a", "b", "c"], table.Ids);
        Assert.Equal(["title", "plot", "genre"], table.Fields);
        Assert.Equal(1, table.Images);
        Assert.Equal(["One\nFirst.", null, "Drama"], ItemTexts.OfFields(table).Select(item => item.Content));
        Assert.Equal(["First.\nOne", null, null], ItemTexts.OfFields(table, ["plot", "title"]).Select(item => item.Content));
    }

    [Fact]
    public void An_item_that_stands_twice_is_named_with_both_lines()
    {
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => _folder.Items(("a", "x", null), ("b", "x", null), ("a", "y", null)));
        Assert.Contains("Lines 1 and 3 of ", e.Message, StringComparison.Ordinal);
        Assert.Contains("both have item 'a'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_field_that_no_item_has_is_named_with_those_there_are()
    {
        ItemTable table = _folder.Texts(2);
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => ItemTexts.OfFields(table, ["title", "plto"]));
        Assert.Contains("has a text field 'plto'; expected some of title", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_a_table_is_named()
    {
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => ItemTable.Open(_folder.Path));
        Assert.Contains("has no items.jsonl", e.Message, StringComparison.Ordinal);
        File.WriteAllText(_folder.File("items.jsonl"), "");
        e = Assert.Throws<InvalidInputException>(() => ItemTable.Open(_folder.Path));
        Assert.Contains("items.jsonl' is empty", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_that_changes_while_it_is_read_is_refused()
    {
        ItemTable table = _folder.Texts(3);
        _folder.Texts(2);
        Assert.Contains("was changed while it was read", Assert.Throws<InvalidInputException>(() => table.Records().Count()).Message, StringComparison.Ordinal);
        _folder.Texts(4);
        Assert.Contains("was changed while it was read", Assert.Throws<InvalidInputException>(() => table.Records().Count()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Texts_of_a_file_are_found_by_item_in_any_order()
    {
        string path = _folder.File("texts.jsonl");
        (string, string)[] texts = [("b", "zwei\n€"), ("a", "one"), ("ü \"q\"", "drei")];
        ItemTextFile.Write(path, texts);
        ItemTextFile file = ItemTextFile.Read(path);
        foreach ((string item, string text) in texts) Assert.Equal(text, file.Texts[item]);
        Assert.DoesNotContain("c", file.Texts.Keys);
        ItemTable table = _folder.Items(("a", null, null), ("c", null, null), ("b", null, null));
        ItemContent<string>[] contents = [.. ItemTexts.OfFile(table, file, "Say")];
        Assert.Equal(["Instruct: Say\nQuery: one", null, "Instruct: Say\nQuery: zwei\n€"], contents.Select(content => content.Content));
        Assert.Equal("it has no text in texts.jsonl", contents[1].Problem);
    }

    [Theory]
    [InlineData("{\"item\":\"a\",\"text\":\"x\"}\n{\"item\":\"b\"}\n", "Line 2 of ")]
    [InlineData("{\"item\":\"a\",\"text\":\"x\"}\nno\n", "Line 2 of ")]
    [InlineData("{\"item\":1,\"text\":\"x\"}", "Line 1 of ")]
    [InlineData("{\"item\":null,\"text\":\"x\"}", "Line 1 of ")]
    [InlineData("[]", "Line 1 of ")]
    [InlineData("\n", "Line 1 of ")]
    [InlineData("{\"item\":\"a\",\"text\":\"x\"}\r\n{\"item\":\"a\",\"text\":\"y\"}", "Lines 1 and 2 of ")]
    public void A_line_that_is_no_text_of_an_item_is_named(string content, string found)
    {
        string path = _folder.File("texts.jsonl");
        File.WriteAllText(path, content);
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => ItemTextFile.Read(path));
        Assert.StartsWith($"{found}'{path}'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => ItemTextFile.Read(_folder.File("descriptions.jsonl")));
        Assert.Contains("There is no file", e.Message, StringComparison.Ordinal);
    }
}
