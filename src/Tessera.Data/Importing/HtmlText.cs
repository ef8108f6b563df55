using System.Net;
using System.Text.RegularExpressions;

namespace Tessera.Data.Importing;

/// <summary>
/// Takes HTML out of texts. Only what is certainly a tag is one: an element of HTML with attributes that have values, so that
/// "a &lt; b" and "a&lt;b and c&gt;d" stay.
/// </summary>
internal static class HtmlText
{
    private const string Attributes = """(?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>=`]+))*\s*/?>""";

    private const string Blocks =
        "address|article|aside|blockquote|body|br|caption|center|dd|div|dl|dt|figcaption|figure|footer|form|h[1-6]|head|header|hr|html|iframe"
        + "|img|input|li|main|nav|ol|option|p|pre|section|select|table|tbody|td|textarea|tfoot|th|thead|title|tr|ul|video";

    private const string Inlines =
        "a|abbr|acronym|b|big|button|cite|code|del|dfn|em|font|i|ins|kbd|label|mark|q|s|samp|small|span|strike|strong|sub|sup|tt|u|var|wbr";

    /// <summary>No text, however it is made, takes more than time in proportion to its length.</summary>
    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.Singleline | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    /// <summary>Comments, and scripts and styles with what they hold.</summary>
    private static readonly Regex Unseen =
        new($"<!--.*?-->|<script{Attributes}.*?</script\\s*>|<style{Attributes}.*?</style\\s*>", Linear);

    /// <summary>Tags that separate words, with the spaces around them.</summary>
    private static readonly Regex Block = new($@"(?:\s*</?(?:{Blocks}){Attributes})+\s*", Linear);

    private static readonly Regex Inline = new($"</?(?:{Inlines}){Attributes}", Linear);

    /// <summary>The text without tags and comments, and with entities as the characters they stand for.</summary>
    public static string Plain(string text)
    {
        string plain = text;
        if (plain.Contains('<'))
        {
            plain = Unseen.Replace(plain, " ");
            plain = Block.Replace(plain, " ");
            plain = Inline.Replace(plain, "");
        }

        if (plain.Contains('&')) plain = WebUtility.HtmlDecode(plain);
        return plain == text ? text : plain.Trim();
    }
}
