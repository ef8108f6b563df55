using Tessera.Encoders.Texts;

namespace Tessera.Encoders.Tests.Texts;

public sealed class TermCountsTests
{
    [Fact]
    public void Terms_are_counted_once_a_text_and_texts_without_words_not_at_all()
    {
        var counts = new TermCounts(most: 100);
        foreach (string text in new[] { "a b a", "", "b", "...", "b c" }) counts.Add(text);
        Assert.Equal(3, counts.Texts);
        AssertSelects(["b"], 3, counts.Select(2, 3, 10));
        AssertSelects(["a", "a b", "b a", "b c", "c"], 5, counts.Select(1, 2, 10));
    }

    [Fact]
    public void Of_terms_in_as_many_texts_the_first_in_ordinal_order_are_chosen()
    {
        var counts = new TermCounts(most: 100);
        foreach (string text in new[] { "z", "z", "\u00F8", "b", "a" }) counts.Add(text);
        AssertSelects(["a", "z"], 3, counts.Select(1, 5, 2));
    }

    [Fact]
    public void Beyond_the_limit_the_rarest_terms_are_forgotten()
    {
        var counts = new TermCounts(most: 40);
        for (int text = 0; text < 1000; text++)
        {
            counts.Add($"common serial{text}");
            Assert.InRange(counts.Terms, 1, 40);
        }

        AssertSelects(["common"], 1000, counts.Select(2, 1000, 10));
    }

    private static void AssertSelects(string[] terms, long entries, (string[] Terms, long Entries) selected)
    {
        Assert.Equal(terms, selected.Terms);
        Assert.Equal(entries, selected.Entries);
    }
}
