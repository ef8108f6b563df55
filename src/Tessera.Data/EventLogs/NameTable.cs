using System.Collections;
using System.Runtime.InteropServices;
using System.Text;
using Tessera.Data.Storage;

namespace Tessera.Data.EventLogs;

/// <summary>
/// Numbers names from 0 in the order they come. The names are UTF-8 lines in one list, and a set of their numbers finds them by
/// content, so that a name takes its own length and about 20 bytes and no object.
/// </summary>
internal sealed class NameTable : IReadOnlyList<string>, IEqualityComparer<int>, IAlternateEqualityComparer<ReadOnlySpan<byte>, int>
{
    private readonly string _kind;
    private readonly List<byte> _lines = [];

    /// <summary>Where the line of each name begins, and where the next one will.</summary>
    private readonly List<int> _starts = [0];

    private readonly HashSet<int>.AlternateLookup<ReadOnlySpan<byte>> _numbers;

    /// <param name="kind">What the names belong to, "user" or "item".</param>
    public NameTable(string kind)
    {
        _kind = kind;
        _numbers = new HashSet<int>(this).GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public int Count => _starts.Count - 1;

    public string this[int number] => Encoding.UTF8.GetString(Name(number));

    public bool TryFind(ReadOnlySpan<byte> name, out int number) => _numbers.TryGetValue(name, out number);

    public bool TryFind(string name, out int number)
    {
        number = -1;
        return !SourceText.HasLoneSurrogate(name) && TryFind(Encoding.UTF8.GetBytes(name), out number);
    }

    /// <summary>The number of a name, a new one where it is not known yet.</summary>
    /// <exception cref="InvalidInputException">An event log cannot hold the name.</exception>
    public int NumberOf(ReadOnlySpan<char> name)
    {
        if (ExternalId.Fault(name) is { } fault) throw new InvalidInputException($"One {_kind} id {fault}; {ExternalId.Expected}, so correct it.");
        Span<byte> utf8 = stackalloc byte[3 * ExternalId.MaxLength];
        utf8 = utf8[..Encoding.UTF8.GetBytes(name, utf8)];
        if (TryFind(utf8, out int number)) return number;
        _numbers.Add(utf8);
        return Count - 1;
    }

    /// <summary>Writes the names, one per line.</summary>
    public void WriteTo(Stream stream) => stream.Write(CollectionsMarshal.AsSpan(_lines));

    public IEnumerator<string> GetEnumerator() => Enumerable.Range(0, Count).Select(number => this[number]).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    bool IEqualityComparer<int>.Equals(int a, int b) => a == b;

    int IEqualityComparer<int>.GetHashCode(int number) => HashOf(Name(number));

    bool IAlternateEqualityComparer<ReadOnlySpan<byte>, int>.Equals(ReadOnlySpan<byte> name, int number) => Name(number).SequenceEqual(name);

    int IAlternateEqualityComparer<ReadOnlySpan<byte>, int>.GetHashCode(ReadOnlySpan<byte> name) => HashOf(name);

    /// <summary>Appends the line of a new name.</summary>
    int IAlternateEqualityComparer<ReadOnlySpan<byte>, int>.Create(ReadOnlySpan<byte> name)
    {
        if (_lines.Count >= Array.MaxLength - name.Length)
            throw new InvalidInputException(
                $"The {_kind} ids take more than {Array.MaxLength:N0} bytes; expected fewer or shorter ones, so import a part.");
        _lines.AddRange(name);
        _lines.Add((byte)'\n');
        _starts.Add(_lines.Count);
        return Count - 1;
    }

    private ReadOnlySpan<byte> Name(int number) => CollectionsMarshal.AsSpan(_lines)[_starts[number]..(_starts[number + 1] - 1)];

    private static int HashOf(ReadOnlySpan<byte> name)
    {
        var hash = new HashCode();
        hash.AddBytes(name);
        return hash.ToHashCode();
    }
}
