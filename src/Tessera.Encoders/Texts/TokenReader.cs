using System.Text;

namespace Tessera.Encoders.Texts;

/// <summary>
/// Reads a text word by word. A word is a run of letters, marks and numbers, with apostrophes inside; a character of a script written
/// without spaces (Han, Hiragana, Thai, Lao, Khmer, Myanmar) is a word by itself, and pairs of them do for words. All else parts
/// words: punctuation, symbols, emoji, halves of surrogate pairs.
/// </summary>
/// <remarks>
/// Words come out decomposed for compatibility (NFKD: equivalent spellings, ligatures and full-width forms are one), Hangul composed, in
/// lower case whatever the language. A dot above an i is dropped, so that İstanbul and istanbul are one word; ı stays a letter of its
/// own. ’ and ʼ become '. Soft hyphens, joiners and variation selectors vanish. Of a run of over <see cref="MaxTokenLength"/> UTF-16
/// units, what follows them is left out, and so are marks above some thirty on one letter: memory and time are bounded by the text's
/// length. A reader may read one text after another; it serves one thread.
/// </remarks>
internal sealed class TokenReader
{
    /// <summary>Most UTF-16 units of a word.</summary>
    public const int MaxTokenLength = 64;

    private const int MaxMarks = 30;
    private const int DotAbove = 0x307;
    private readonly char[] _token = new char[MaxTokenLength];
    private readonly Rune[] _runes = new Rune[UnicodeForms.MaxDecompositionLength + MaxMarks]; // a letter and its marks, decomposed
    private string _text = "";
    private int _position;
    private int _next;
    private int _count;
    private int _length;
    private bool _full;
    private bool _afterI;

    /// <summary>The word last read; valid until the next is.</summary>
    public ReadOnlySpan<char> Token => _token.AsSpan(0, _length);

    /// <summary>Begins another text.</summary>
    public void Start(string text)
    {
        _text = text;
        _position = _next = _count = _length = 0;
    }

    /// <summary>Reads the next word.</summary>
    /// <returns>False at the end.</returns>
    public bool Read()
    {
        _length = 0;
        _full = _afterI = false;
        bool single = false, apostrophe = false;
        while (_next < _count || Decode())
        {
            Rune rune = Characters.Fold(_runes[_next++]);
            CharacterKind kind = Characters.Kind(rune);
            if (_length == 0)
            {
                if (kind is not (CharacterKind.Word or CharacterKind.Single)) continue;
                single = kind == CharacterKind.Single;
                Append(rune);
            }
            else if (kind == CharacterKind.Word && !single)
            {
                if (apostrophe) AppendApostrophe(rune);
                apostrophe = false;
                Append(rune);
            }
            else if (kind == CharacterKind.Mark && !apostrophe)
            {
                if (!_afterI || rune.Value != DotAbove) AppendMark(rune);
            }
            else if (kind == CharacterKind.Apostrophe && !single && !apostrophe)
            {
                apostrophe = true;
            }
            else
            {
                if (kind is CharacterKind.Word or CharacterKind.Single) _next--;
                return true;
            }
        }

        return _length > 0;
    }

    private void Append(Rune rune)
    {
        _afterI = rune.Value == 'i';
        AppendMark(rune);
    }

    // Only with room for what follows: no word ends with it.
    private void AppendApostrophe(Rune next)
    {
        if (_length + 1 + next.Utf16SequenceLength > MaxTokenLength) _full = true;
        else AppendMark(new Rune('\''));
    }

    private void AppendMark(Rune rune)
    {
        if (_full || Hangul.Compose(_token, _length, rune)) return;
        if (rune.TryEncodeToUtf16(_token.AsSpan(_length), out int written)) _length += written;
        else _full = true;
    }

    // The next character and the marks that combine with it, decomposed and in canonical order.
    private bool Decode()
    {
        _next = _count = 0;
        while (_position < _text.Length)
        {
            Rune.DecodeFromUtf16(_text.AsSpan(_position), out Rune rune, out int units);
            if (!Characters.IsIgnored(rune))
            {
                scoped ReadOnlySpan<Rune> decomposed = UnicodeForms.Decompose(rune);
                if (decomposed.IsEmpty) decomposed = new ReadOnlySpan<Rune>(in rune);
                if (_count > 0 && UnicodeForms.CombiningClass(decomposed[0]) == 0) break;
                if (_count + decomposed.Length <= _runes.Length)
                {
                    decomposed.CopyTo(_runes.AsSpan(_count));
                    _count += decomposed.Length;
                }
            }

            _position += units;
        }

        if (_count > 1) Order(_runes.AsSpan(0, _count));
        return _count > 0;
    }

    // Marks by class, those of the same class as they came.
    private static void Order(Span<Rune> runes)
    {
        for (int i = 1; i < runes.Length; i++)
        {
            Rune mark = runes[i];
            byte own = UnicodeForms.CombiningClass(mark);
            int place = i;
            for (; own != 0 && place > 0 && UnicodeForms.CombiningClass(runes[place - 1]) > own; place--) runes[place] = runes[place - 1];
            runes[place] = mark;
        }
    }
}
