using System.Text;

namespace Tessera.Data.Storage;

/// <summary>
/// Strict parser of the Python dictionary in an NPY header: the keys <c>descr</c>, <c>fortran_order</c> and <c>shape</c>,
/// each once, in any order.
/// </summary>
internal ref struct NpyHeaderText(ReadOnlySpan<byte> text, string path)
{
    private readonly ReadOnlySpan<byte> _text = text;
    private readonly string _path = path;
    private int _position;

    /// <exception cref="InvalidInputException">The text is anything else.</exception>
    public (string Descr, bool FortranOrder, long[] Shape) Parse()
    {
        string? descr = null;
        bool? fortranOrder = null;
        long[]? shape = null;
        Expect((byte)'{');
        while (!TryTake((byte)'}'))
        {
            string key = String();
            Expect((byte)':');
            if (key == "descr" && descr is null) descr = Descr();
            else if (key == "fortran_order" && fortranOrder is null) fortranOrder = Bool();
            else if (key == "shape" && shape is null) shape = Tuple();
            else throw Invalid($"the key '{key}' is unknown or repeated");
            if (TryTake((byte)',')) continue;
            Expect((byte)'}');
            break;
        }

        Peek();
        if (_position < _text.Length) throw Invalid("text follows the dictionary");
        if (descr is null || fortranOrder is null || shape is null) throw Invalid("a key is absent");
        return (descr, fortranOrder.Value, shape);
    }

    private string Descr()
    {
        if (Peek() == '[')
        {
            throw new InvalidInputException(
                $"'{_path}' is a structured array with named fields; "
                + "expected one float type, so save the plain feature matrix with numpy.save.");
        }

        return String();
    }

    private string String()
    {
        byte quote = Peek();
        if (quote is not ((byte)'\'' or (byte)'"')) throw Invalid("a quoted string is expected");
        int length = _text[(_position + 1)..].IndexOf(quote);
        if (length < 0) throw Invalid("a string has no end");
        ReadOnlySpan<byte> content = _text.Slice(_position + 1, length);
        if (content.Length > 32 || content.ContainsAnyExceptInRange((byte)' ', (byte)'~')) throw Invalid("a string is too long or unprintable");
        _position += length + 2;
        return Encoding.ASCII.GetString(content);
    }

    private bool Bool()
    {
        Peek();
        bool value = _text[_position..].StartsWith("True"u8);
        if (!value && !_text[_position..].StartsWith("False"u8)) throw Invalid("True or False is expected");
        _position += value ? 4 : 5;
        return value;
    }

    private long[] Tuple()
    {
        var values = new List<long>();
        Expect((byte)'(');
        while (!TryTake((byte)')'))
        {
            values.Add(Integer());
            if (TryTake((byte)',')) continue;
            Expect((byte)')');
            break;
        }

        return [.. values];
    }

    private long Integer()
    {
        Peek();
        int start = _position;
        while (_position < _text.Length && _text[_position] is >= (byte)'0' and <= (byte)'9') _position++;
        return long.TryParse(_text[start.._position], out long value) ? value : throw Invalid("a size is expected");
    }

    /// <summary>The next byte that is not white space, or 0 at the end.</summary>
    private byte Peek()
    {
        while (_position < _text.Length && _text[_position] is (byte)' ' or (byte)'\t' or (byte)'\n') _position++;
        return _position < _text.Length ? _text[_position] : (byte)0;
    }

    private bool TryTake(byte expected)
    {
        if (Peek() != expected) return false;
        _position++;
        return true;
    }

    private void Expect(byte expected)
    {
        if (!TryTake(expected)) throw Invalid($"'{(char)expected}' is expected");
    }

    private readonly InvalidInputException Invalid(string problem) =>
        new($"'{_path}' has an NPY header that cannot be read: {problem} at byte {_position} of {Quote.Text(_text)}; "
            + "expected {'descr': '<f4', 'fortran_order': False, 'shape': (rows, columns)}, so save it anew with numpy.save.");
}
