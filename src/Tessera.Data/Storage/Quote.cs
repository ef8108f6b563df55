using System.Text;

namespace Tessera.Data.Storage;

/// <summary>Shows input in an error message: in quotes, on one line, cut where it is long.</summary>
internal static class Quote
{
    private const int Longest = 60;

    /// <summary>Text of a file as it is, undecodable and unprintable characters as '?', tabs as spaces.</summary>
    public static string Text(ReadOnlySpan<byte> text)
    {
        string decoded = Encoding.UTF8.GetString(text[..Math.Min(text.Length, Longest)]);
        var shown = new StringBuilder("'");
        foreach (char c in decoded) shown.Append(c == '\t' ? ' ' : char.IsControl(c) || c == '\uFFFD' ? '?' : c);
        if (text.Length > Longest) shown.Append('…');
        return shown.Append('\'').ToString();
    }
}
