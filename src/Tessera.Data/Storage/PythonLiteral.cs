using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tessera.Data.Storage;

/// <summary>
/// Rewrites a literal of Python as JSON: dictionaries with text keys, lists, tuples, texts in either quote with their escapes,
/// numbers, True, False and None. Nothing else is taken, and nothing is evaluated.
/// </summary>
internal ref struct PythonLiteral
{
    private const int MaxDepth = 60;

    /// <summary>What may follow a backslash alone, and the characters it stands for.</summary>
    private const string Simple = "\\'\"nrtabfv", Meanings = "\\'\"\n\r\t\a\b\f\v";
    private readonly string _text;
    private readonly Utf8JsonWriter _json;
    private int _at, _depth;

    private PythonLiteral(string text, Utf8JsonWriter json)
    {
        _text = text;
        _json = json;
    }

    /// <summary>The JSON of a literal.</summary>
    /// <param name="line">Valid UTF-8.</param>
    /// <exception cref="JsonException">It is not such a literal; the message says at which character.</exception>
    public static byte[] ToJson(ReadOnlySpan<byte> line)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            var literal = new PythonLiteral(Encoding.UTF8.GetString(line), json);
            literal.Value();
            if (literal.Peek() != '\0') throw literal.Unexpected("the end of the line");
        }

        return stream.ToArray();
    }

    private void Value()
    {
        switch (Peek())
        {
            case '{': Nested('}'); break;
            case '[': Nested(']'); break;
            case '(': Nested(')'); break;
            case '\'' or '"' or 'u' or 'U': _json.WriteStringValue(Text()); break;
            case '-' or '+' or '.' or (>= '0' and <= '9'): Number(); break;
            default: Word(); break;
        }
    }

    private void Nested(char end)
    {
        if (++_depth > MaxDepth) throw Unexpected($"at most {MaxDepth} levels");
        _at++;
        bool isDictionary = end == '}';
        if (isDictionary) _json.WriteStartObject();
        else _json.WriteStartArray();
        while (Peek() != end)
        {
            if (isDictionary)
            {
                _json.WritePropertyName(Text());
                Take(':');
            }

            Value();
            if (Peek() != end) Take(',');
        }

        if (isDictionary) _json.WriteEndObject();
        else _json.WriteEndArray();
        _depth--;
        _at++;
    }

    private string Text()
    {
        if (Peek() is 'u' or 'U') _at++;
        char quote = _at < _text.Length ? _text[_at] : '\0';
        if (quote is not ('\'' or '"')) throw Unexpected("a text in quotes");
        _at++;
        var text = new StringBuilder();
        while (true)
        {
            int run = _text.AsSpan(_at).IndexOfAny(quote, '\\');
            if (run < 0)
            {
                _at = _text.Length;
                throw Unexpected($"a closing {quote}");
            }

            text.Append(_text, _at, run);
            _at += run + 1;
            if (_text[_at - 1] == quote) return Whole(text.ToString());
            Escape(text);
        }
    }

    private readonly string Whole(string text) =>
        SourceText.HasLoneSurrogate(text) ? throw Unexpected("whole characters before, not half of a surrogate pair") : text;

    private void Escape(StringBuilder text)
    {
        char escaped = _at < _text.Length ? _text[_at++] : throw Unexpected("a character after the backslash");
        switch (escaped)
        {
            case var _ when Simple.IndexOf(escaped) is var at and >= 0: text.Append(Meanings[at]); break;
            case 'x': text.Append((char)Hexadecimal(2)); break;
            case 'u': text.Append((char)Hexadecimal(4)); break;
            case 'U':
                uint code = Hexadecimal(8);
                text.Append(Rune.IsValid(code) ? new Rune(code).ToString() : throw Unexpected("a character's code"));
                break;
            default:
                if (escaped is < '0' or > '7') text.Append('\\').Append(escaped); // Python keeps an unknown escape as it is
                else text.Append(Octal(escaped));
                break;
        }
    }

    private uint Hexadecimal(int digits)
    {
        ReadOnlySpan<char> code = _text.AsSpan(_at, Math.Min(digits, _text.Length - _at));
        if (code.Length < digits || !uint.TryParse(code, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint value))
            throw Unexpected($"{digits} hexadecimal digits");
        _at += digits;
        return value;
    }

    private char Octal(char first)
    {
        int value = first - '0';
        for (int digits = 1; digits < 3 && _at < _text.Length && _text[_at] is >= '0' and <= '7'; digits++) value = (8 * value) + (_text[_at++] - '0');
        return (char)value;
    }

    private void Number()
    {
        int start = _at;
        while (_at < _text.Length && (char.IsAsciiDigit(_text[_at]) || _text[_at] is '+' or '-' or '.' or 'e' or 'E')) _at++;
        ReadOnlySpan<char> number = _text.AsSpan(start, _at - start);
        if (long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole)) _json.WriteNumberValue(whole);
        else if (double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)) _json.WriteNumberValue(value);
        else throw Unexpected("a number");
    }

    private void Word()
    {
        int start = _at;
        while (_at < _text.Length && char.IsAsciiLetter(_text[_at])) _at++;
        switch (_text.AsSpan(start, _at - start))
        {
            case "True": _json.WriteBooleanValue(true); break;
            case "False": _json.WriteBooleanValue(false); break;
            case "None": _json.WriteNullValue(); break;
            default:
                _at = start;
                throw Unexpected("a text, a number, a list or a dictionary");
        }
    }

    private void Take(char expected)
    {
        if (Peek() != expected) throw Unexpected($"'{expected}'");
        _at++;
    }

    /// <summary>The next character that is no space; NUL at the end.</summary>
    private char Peek()
    {
        while (_at < _text.Length && _text[_at] is (' ' or '\t' or '\r' or '\n')) _at++;
        return _at < _text.Length ? _text[_at] : '\0';
    }

    private readonly JsonException Unexpected(string expected) =>
        new($"neither JSON nor a Python dictionary: at character {_at + 1} it should have {expected}");
}
