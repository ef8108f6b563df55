using Tessera.Data.Importing;

namespace Tessera.Data.Tests.Importing;

public sealed class HtmlTextTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("<p>One</p><p>Two</p>", "One Two")]
    [InlineData("First.<br />\nSecond<BR>third", "First. Second third")]
    [InlineData("H<sub>2</sub>O is <b class=\"x\">wet</b>", "H2O is wet")]
    [InlineData("<a href='https://example.org/?a=1&amp;b=2' target=_blank>link</a>", "link")]
    [InlineData("<ul><li>a</li><li>b</li></ul>", "a b")]
    [InlineData("AT&amp;T &quot;caf&eacute;&quot; &#8364;5 &#x41;", "AT&T \"café\" €5 A")]
    [InlineData("before<!-- a <b> comment -->after", "before after")]
    [InlineData("x<script type=\"text/javascript\">var a = 1 < 2;</script>y<style>p{}</style>", "x y")]
    [InlineData("<img src=\"p.png\" alt=\"a > b\"/>", "")]
    public void Tags_and_entities_are_taken_out(string text, string plain) => Assert.Equal(plain, HtmlText.Plain(text));

    [Theory]
    [InlineData("a < b")]
    [InlineData("a<b and c>d")]
    [InlineData("if x <3 and y> 4")]
    [InlineData("I <3 you > me")]
    [InlineData("R&D, Q&A; salt & pepper &c.")]
    [InlineData("List<string> and <unknown>")]
    [InlineData("5 <u unclosed")]
    [InlineData("<-- arrow -->")]
    [InlineData("  spaces stay  ")]
    [InlineData("&#55296; &nothing;")]
    public void What_only_looks_like_markup_stays(string text) => Assert.Same(text, HtmlText.Plain(text));

    [Fact]
    public void What_an_entity_spells_is_no_tag() => Assert.Equal("<b>bold</b>", HtmlText.Plain("&lt;b&gt;bold&lt;/b&gt;"));

    [Theory]
    [InlineData("<!--")]
    [InlineData("<b a=\"")]
    [InlineData("<script>")]
    [InlineData(" ")]
    [InlineData("<b \t")]
    public async Task A_megabyte_of_beginnings_is_done_in_time(string beginning)
    {
        string text = string.Concat(Enumerable.Repeat(beginning, 1_000_000 / beginning.Length)) + "<";
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        Assert.Equal(text, await Task.Run(() => HtmlText.Plain(text), cancellationToken).WaitAsync(TimeSpan.FromSeconds(30), cancellationToken));
    }
}
