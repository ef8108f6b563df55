using System.Globalization;
using System.Text;

namespace Tessera.Encoders.Texts;

/// <summary>How the tokenizer sees characters.</summary>
internal static class Characters
{
    private const int GraphemeJoiner = 0x34F;
    private const int ZeroWidthSpace = 0x200B;

    // Han, Hiragana, Thai, Lao, Myanmar, Khmer: first and last of each block.
    private static readonly (int First, int Last)[] Unspaced =
    [
        (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3005, 0x3007), (0x3021, 0x3029), (0x3041, 0x309F), (0x3400, 0x4DBF),
        (0x4E00, 0x9FFF), (0xA9E0, 0xA9FF), (0xAA60, 0xAA7F), (0xF900, 0xFAFF), (0x20000, 0x3FFFF),
    ];

    /// <summary>
    /// The character that stands for all of its case: the lower case of its upper case, by Unicode's simple mappings (ς becomes σ). It
    /// depends on no language: I becomes i.
    /// </summary>
    public static Rune Fold(Rune rune) =>
        rune.IsAscii ? new Rune(char.ToLowerInvariant((char)rune.Value)) : Rune.ToLowerInvariant(Rune.ToUpperInvariant(rune));

    /// <summary>
    /// Whether the character leaves no trace: format characters (soft hyphen, joiners, marks of direction) except the zero width space,
    /// which parts words; variation selectors; marks that enclose.
    /// </summary>
    public static bool IsIgnored(Rune rune)
    {
        if (rune.IsAscii) return false;
        int value = rune.Value;
        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.Format => value != ZeroWidthSpace,
            UnicodeCategory.EnclosingMark => true,
            UnicodeCategory.NonSpacingMark =>
                value is GraphemeJoiner or (>= 0xFE00 and <= 0xFE0F) or (>= 0x180B and <= 0x180F) or (>= 0xE0100 and <= 0xE01EF),
            _ => false,
        };
    }

    /// <summary>What a decomposed, folded character is. Symbols are separators, emoji among them, and so are broken surrogates.</summary>
    public static CharacterKind Kind(Rune rune)
    {
        if (rune.IsAscii)
            return char.IsAsciiLetterOrDigit((char)rune.Value) ? CharacterKind.Word : rune.Value == '\'' ? CharacterKind.Apostrophe : CharacterKind.Separator;
        if (rune.Value is 0x2019 or 0x02BC) return CharacterKind.Apostrophe; // ’ ʼ
        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.LowercaseLetter or UnicodeCategory.UppercaseLetter or UnicodeCategory.TitlecaseLetter => CharacterKind.Word,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.OtherNumber => CharacterKind.Word,
            UnicodeCategory.OtherLetter or UnicodeCategory.ModifierLetter or UnicodeCategory.LetterNumber =>
                IsUnspaced(rune.Value) ? CharacterKind.Single : CharacterKind.Word,
            UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark => CharacterKind.Mark,
            _ => CharacterKind.Separator,
        };
    }

    private static bool IsUnspaced(int value)
    {
        foreach ((int first, int last) in Unspaced)
            if (value >= first && value <= last) return true;
        return false;
    }
}
