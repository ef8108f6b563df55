using System.Collections;
using System.Runtime.InteropServices;
using System.Text;
using Tessera.Data.Storage;

namespace Tessera.Data.EventLogs;

/// <summary>
/// Numbers names from 0 in the order they come. The names stand as UTF-8 lines in one array, found by hashing with linear
/// probing, so that a name takes its own length and about 20 bytes and no object.
/// </summary>
/// <param name="kind">What they name, "user" or "item".</param>
internal sealed class NameTable(string kind) : IReadOnlyList<string>
{
    private const int SlotsPerName = 2;
    private Slot[] _slots = new Slot[1 << 10];
    private byte[] _lines = new byte[1 << 14];
    private int _used;

    /// <summary>Where the line of each name ends, its line feed included.</summary>
    private readonly List<int> _ends = [];

    public int Count => _ends.Count;

    public string this[int number] => Encoding.UTF8.GetString(Name(number));

    public bool TryFind(ReadOnlySpan<byte> name, out int number) => (number = _slots[Probe(name, HashOf(name))].Number - 1) >= 0;

    public bool TryFind(string name, out int number)
    {
        number = -1;
        return !SourceText.HasLoneSurrogate(name) && TryFind(Encoding.UTF8.GetBytes(name), out number);
    }

    /// <summary>The number of a name, a new one where it is not known yet.</summary>
    /// <exception cref="InvalidInputException">An event log cannot hold the name.</exception>
    public int NumberOf(ReadOnlySpan<char> name)
    {
        if (ExternalId.Fault(name) is { } fault) throw new InvalidInputException($"One {kind} id {fault}; {ExternalId.Expected}, so correct it.");
        Span<byte> utf8 = stackalloc byte[3 * ExternalId.MaxLength];
        utf8 = utf8[..Encoding.UTF8.GetBytes(name, utf8)];
        return TryFind(utf8, out int number) ? number : Add(utf8);
    }

    /// <summary>Writes the names, one a line.</summary>
    public void WriteTo(Stream stream) => stream.Write(_lines, 0, _used);

    public IEnumerator<string> GetEnumerator()
    {
        for (int number = 0; number < Count; number++) yield return this[number];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private int Add(ReadOnlySpan<byte> name)
    {
        if ((Count + 1) * SlotsPerName > _slots.Length) Grow();
        if (_lines.Length - _used <= name.Length)
        {
            if (_lines.Length == Array.MaxLength)
                throw new InvalidInputException($"The {kind} ids take more than {Array.MaxLength:N0} bytes; expected fewer or shorter ones, so import a part.");
            Array.Resize(ref _lines, (int)Math.Min(2L * _lines.Length, Array.MaxLength));
        }

        uint hash = HashOf(name);
        _slots[Probe(name, hash)] = new Slot(hash, Count + 1);
        name.CopyTo(_lines.AsSpan(_used));
        _lines[_used + name.Length] = (byte)'\n';
        _ends.Add(_used += name.Length + 1);
        return Count - 1;
    }

    /// <summary>The slot of a name, or the free one it would take.</summary>
    private int Probe(ReadOnlySpan<byte> name, uint hash)
    {
        int last = _slots.Length - 1, at = (int)hash & last;
        while (_slots[at] is { Number: > 0 } slot && (slot.Hash != hash || !Name(slot.Number - 1).SequenceEqual(name))) at = (at + 1) & last;
        return at;
    }

    private void Grow()
    {
        Slot[] before = _slots;
        _slots = new Slot[2 * before.Length];
        int last = _slots.Length - 1;
        foreach (Slot slot in before)
        {
            if (slot.Number == 0) continue;
            int at = (int)slot.Hash & last;
            while (_slots[at].Number > 0) at = (at + 1) & last;
            _slots[at] = slot;
        }
    }

    private ReadOnlySpan<byte> Name(int number)
    {
        ReadOnlySpan<int> ends = CollectionsMarshal.AsSpan(_ends);
        int start = number == 0 ? 0 : ends[number - 1];
        return _lines.AsSpan(start, ends[number] - 1 - start);
    }

    private static uint HashOf(ReadOnlySpan<byte> name)
    {
        var hash = new HashCode();
        hash.AddBytes(name);
        return (uint)hash.ToHashCode();
    }

    /// <summary>A place of the hash table; free where the number, counted from 1, is 0.</summary>
    private readonly record struct Slot(uint Hash, int Number);
}
