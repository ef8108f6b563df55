namespace Tessera.Encoders.Texts;

/// <summary>Reads a text's terms: each word, and each pair of neighboring words with a space between.</summary>
internal sealed class TermReader
{
    private readonly TokenReader _words = new();
    private readonly char[] _pair = new char[(2 * TokenReader.MaxTokenLength) + 1];
    private int _start;
    private int _length;
    private bool _pairDue;

    /// <summary>The term last read; valid until the next is.</summary>
    public ReadOnlySpan<char> Term => _pair.AsSpan(_start, _length);

    /// <summary>Begins another text.</summary>
    public void Start(string text)
    {
        _words.Start(text);
        _start = _length = 0;
        _pairDue = false;
    }

    /// <summary>Reads the next term.</summary>
    /// <returns>False at the end.</returns>
    public bool Read()
    {
        if (_pairDue)
        {
            _length += _start;
            _start = 0;
            _pairDue = false;
            return true;
        }

        int before = WordOfPair();
        if (!_words.Read()) return false;
        _pairDue = before > 0;
        _start = _pairDue ? before + 1 : 0;
        _pair[before] = ' ';
        _words.Token.CopyTo(_pair.AsSpan(_start));
        _length = _words.Token.Length;
        return true;
    }

    // Moves the word read before to the front.
    private int WordOfPair()
    {
        ReadOnlySpan<char> word = Term[(Term.IndexOf(' ') + 1)..];
        word.CopyTo(_pair);
        return word.Length;
    }
}
