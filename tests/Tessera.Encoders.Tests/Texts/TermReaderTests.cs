using Tessera.Encoders.Texts;

namespace Tessera.Encoders.Tests.Texts;

public sealed class TermReaderTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("one", "one")]
    [InlineData("One two, three.", "one|two|one two|three|two three")]
    [InlineData("a a a", "a|a|a a|a|a a")]
    [InlineData("\u7535\u5F71", "\u7535|\u5F71|\u7535 \u5F71")]
    public void Terms_are_words_and_pairs_of_neighbors(string text, string terms) => Assert.Equal(terms, string.Join('|', Terms(text)));

    [Fact]
    public void A_reader_begins_each_text_anew()
    {
        var reader = new TermReader();
        reader.Start("one two");
        Assert.True(reader.Read());
        reader.Start("three");
        Assert.True(reader.Read());
        Assert.Equal("three", reader.Term.ToString());
        Assert.False(reader.Read());
    }

    private static List<string> Terms(string text)
    {
        var reader = new TermReader();
        reader.Start(text);
        var terms = new List<string>();
        while (reader.Read()) terms.Add(reader.Term.ToString());
        return terms;
    }
}
