using System.Globalization;
using System.Text;

namespace Tessera.Encoders.Texts;

/// <summary>
/// Reads a text word by word. A word is a run of letters and digits with the combining marks that follow them, in lower case; a character of a
/// script written without spaces, or in syllables (Han, kana, Hangul, Thai, Lao, Khmer, Myanmar), is a word by itself, and pairs of them do for
/// words. All else parts words: punctuation, symbols, emoji, halves of surrogate pairs; soft hyphens and joiners leave no trace.
/// </summary>
/// <remarks>
/// Case is that of Unicode's simple mappings, whatever the language (ς becomes σ). Composed and decomposed spellings of a letter are two: nothing
/// is normalized, for that takes the ICU library, which need not be on the machine. Of a run of over <see cref="MaxTokenLength"/> UTF-16 units
/// the rest is left out. A reader may read one text after another; it serves one thread.
/// </remarks>
internal sealed class TokenReader
{
    /// <summary>Most UTF-16 units of a word.</summary>
    public const int MaxTokenLength = 64;

    private const int ZeroWidthSpace = 0x200B;

    // Thai and Lao, Myanmar, Hangul, Khmer, CJK with kana and Hangul, Hangul, Myanmar, syllables, CJK, half-width kana and Hangul, CJK.
    private static readonly (int First, int Last)[] Single =
    [
        (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1100, 0x11FF), (0x1780, 0x17FF), (0x2E80, 0x9FFF), (0xA960, 0xA97F), (0xA9E0, 0xA9FF),
        (0xAA60, 0xAA7F), (0xAC00, 0xD7FF), (0xF900, 0xFAFF), (0xFF66, 0xFFDC), (0x1AFF0, 0x1B16F), (0x20000, 0x3FFFF),
    ];

    private readonly char[] _token = new char[MaxTokenLength];
    private string _text = "";
    private int _position;
    private int _length;

    /// <summary>The word last read; valid until the next is.</summary>
    public ReadOnlySpan<char> Token => _token.AsSpan(0, _length);

    /// <summary>Begins another text.</summary>
    public void Start(string text)
    {
        _text = text;
        _position = _length = 0;
    }

    /// <summary>Reads the next word.</summary>
    /// <returns>False at the end.</returns>
    public bool Read()
    {
        _length = 0;
        bool single = false;
        while (_position < _text.Length)
        {
            Rune.DecodeFromUtf16(_text.AsSpan(_position), out Rune rune, out int units);
            if (Rune.IsLetterOrDigit(rune))
            {
                bool alone = IsSingle(rune.Value);
                if (_length > 0 && (single || alone)) return true;
                single = alone;
                Append(Fold(rune));
            }
            else if (IsMark(rune))
            {
                if (_length > 0) Append(rune);
            }
            else if (_length > 0 && !IsIgnored(rune))
            {
                return true;
            }

            _position += units;
        }

        return _length > 0;
    }

    private static Rune Fold(Rune rune) =>
        rune.IsAscii ? new Rune(char.ToLowerInvariant((char)rune.Value)) : Rune.ToLowerInvariant(Rune.ToUpperInvariant(rune));

    private static bool IsSingle(int value)
    {
        if (value < Single[0].First) return false;
        foreach ((int first, int last) in Single)
            if (value >= first && value <= last) return true;
        return false;
    }

    private static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    private static bool IsIgnored(Rune rune) => Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format && rune.Value != ZeroWidthSpace;

    private void Append(Rune rune)
    {
        if (rune.TryEncodeToUtf16(_token.AsSpan(_length), out int written)) _length += written;
    }
}
