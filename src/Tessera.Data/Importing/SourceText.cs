using System.Text;

namespace Tessera.Data.Importing;

/// <summary>Text of a source, UTF-8, as it is found and shown.</summary>
internal static class SourceText
{
    /// <summary>What the encoding must be, for error messages.</summary>
    public const string NotUtf8 = "is not valid UTF-8; expected UTF-8 text, so convert the file";

    private const int Longest = 60;

    /// <summary>Bytes EF BB BF, which some programs put before a text.</summary>
    public static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>The text in quotes on one line for a message, cut where it is long, what cannot be shown as '?'.</summary>
    public static string Quoted(ReadOnlySpan<byte> text) => Quoted(Encoding.UTF8.GetString(text[..Math.Min(text.Length, 4 * Longest)]));

    /// <summary>The same for characters.</summary>
    public static string Quoted(ReadOnlySpan<char> text)
    {
        var shown = new StringBuilder("'");
        foreach (char c in text[..Math.Min(text.Length, Longest)])
            shown.Append(c == '\t' ? ' ' : char.IsControl(c) || char.IsSurrogate(c) || c is '\uFFFD' or '\uFEFF' or '\u2028' or '\u2029' ? '?' : c);
        if (text.Length > Longest) shown.Append('…');
        return shown.Append('\'').ToString();
    }

    /// <summary>A number of things, such as "1 item" or "2,000 items".</summary>
    public static string Counted(long count, string noun) => $"{count:N0} {noun}{(count == 1 ? "" : "s")}";
}
