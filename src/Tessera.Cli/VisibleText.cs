using System.Buffers;
using System.Globalization;
using System.Text;

namespace Tessera.Cli;

/// <summary>
/// Text as a terminal may show it: characters that it would obey, that reorder others or that cannot be seen stand as escapes,
/// such as <c>\u001B</c> for the one that begins terminal commands.
/// </summary>
internal static class VisibleText
{
    /// <summary>Invisible though of another category than Unicode's controls and formats: fillers, joiners and variation selectors.</summary>
    private static readonly (int First, int Last)[] Invisible =
        [(0x034F, 0x034F), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x2065, 0x2065), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFFA0, 0xFFA0), (0xE0000, 0xE0FFF)];

    /// <summary>All that may have to be escaped; surrogates are looked at in pairs.</summary>
    private static readonly SearchValues<char> Suspect = SearchValues.Create(
        [.. Enumerable.Range(0, char.MaxValue + 1).Select(code => (char)code).Where(c => char.IsSurrogate(c) || IsHidden(new Rune(c)))]);

    /// <summary>Most characters of a line, so that no note grows with its input.</summary>
    private const int MaxLength = 4000;

    /// <summary>A text that must stay on one line of some length: line ends and tabs are escaped, too, and what is too long is cut.</summary>
    public static string Line(string text)
    {
        string shown = Escape(text.Length > MaxLength ? text[..MaxLength] : text, keepLayout: false);
        return shown.Length > MaxLength || text.Length > MaxLength ? $"{shown[..Math.Min(shown.Length, MaxLength)]}…" : shown;
    }

    /// <summary>A text of any number of lines.</summary>
    public static string Lines(string text) => Escape(text, keepLayout: true);

    private static string Escape(string text, bool keepLayout)
    {
        if (!text.AsSpan().ContainsAny(Suspect)) return text;
        var shown = new StringBuilder(text.Length + 16);
        for (int i = 0; i < text.Length;)
        {
            bool whole = Rune.DecodeFromUtf16(text.AsSpan(i), out Rune rune, out int length) == OperationStatus.Done;
            if (whole && (!IsHidden(rune) || (keepLayout && IsLayout(text, i)))) shown.Append(text, i, length);
            else shown.Append(length == 2 ? $"\\U{rune.Value:X8}" : $"\\u{(int)text[i]:X4}");
            i += length;
        }

        return shown.ToString();
    }

    private static bool IsHidden(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || Invisible.Any(range => rune.Value >= range.First && rune.Value <= range.Last);

    /// <summary>A carriage return alone would let a line overwrite itself.</summary>
    private static bool IsLayout(string text, int at) =>
        text[at] is '\n' or '\t' || (text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n');
}
