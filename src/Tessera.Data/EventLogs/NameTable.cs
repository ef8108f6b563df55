using System.Buffers.Binary;
using System.Collections;
using System.Text;
using Tessera.Data.Storage;

namespace Tessera.Data.EventLogs;

/// <summary>
/// Numbers names from 0 in the order they come. The names are UTF-8 in one array, each behind its number and length and before a line feed,
/// and a hash table with linear probing leads to their places: finding one takes two looks at memory, and a name takes its own length, about
/// 30 bytes, and no object.
/// </summary>
/// <param name="kind">What the names belong to, "user" or "item".</param>
internal sealed class NameTable(string kind) : IReadOnlyList<string>
{
    private const int SlotsPerName = 2, HeadBytes = sizeof(int) + sizeof(ushort);

    /// <summary>Makes the places of names differ from table to table, so that none can be made up that share them.</summary>
    private readonly ulong _seed = (ulong)Random.Shared.NextInt64();

    /// <summary>Where the entry of each name begins, and where the next one will.</summary>
    private readonly List<int> _starts = [0];

    /// <summary>Hash and entry of a name in each slot; an entry is 1 more than its beginning, and 0 in a free slot.</summary>
    private (uint Hash, uint Entry)[] _slots = new (uint, uint)[1 << 10];

    private byte[] _entries = new byte[1 << 14];

    /// <summary>Keeps the reads that only bring memory near from being left out.</summary>
    private int _touched;

    public int Count => _starts.Count - 1;

    public string this[int number] => Encoding.UTF8.GetString(Name(number));

    public bool TryFind(ReadOnlySpan<byte> name, out int number)
    {
        number = Find(name, HashOf(name));
        return number >= 0;
    }

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

    /// <summary>
    /// Numbers names at once. That the table is looked at for all of them before any is compared lets the processor wait for many places
    /// of memory at a time, which takes a third of the time of one after another.
    /// </summary>
    /// <exception cref="InvalidInputException">The table is full.</exception>
    public void NumberAll(NameBatch names)
    {
        Span<int> numbers = names.Numbers;
        (uint Hash, uint Entry)[] slots = _slots;
        uint last = (uint)slots.Length - 1;
        for (int i = 0; i < numbers.Length; i++) numbers[i] = (int)HashOf(names[i]);
        int touched = 0;
        for (int i = 0; i < numbers.Length; i++) touched ^= _entries[slots[(uint)numbers[i] & last].Entry];
        _touched = touched;
        for (int i = 0; i < numbers.Length; i++)
        {
            uint hash = (uint)numbers[i];
            int number = Find(names[i], hash);
            numbers[i] = number >= 0 ? number : Add(names[i]);
        }
    }

    /// <summary>Writes the names, one per line.</summary>
    public void WriteTo(Stream stream)
    {
        for (int number = 0; number < Count; number++) stream.Write(_entries.AsSpan((_starts[number] + HeadBytes)..(_starts[number + 1])));
    }

    public IEnumerator<string> GetEnumerator() => Enumerable.Range(0, Count).Select(number => this[number]).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private ReadOnlySpan<byte> Name(int number) => _entries.AsSpan((_starts[number] + HeadBytes)..(_starts[number + 1] - 1));

    private int Add(ReadOnlySpan<byte> name)
    {
        if ((Count + 1L) * SlotsPerName > _slots.Length) Grow();
        int start = _starts[^1], number = Count;
        long end = start + HeadBytes + name.Length + 1L;
        if (end > Array.MaxLength)
            throw new InvalidInputException($"The {kind} ids take more than {Array.MaxLength:N0} bytes; expected fewer or shorter ones, so import a part.");
        if (end > _entries.Length) Array.Resize(ref _entries, (int)Math.Min(2L * _entries.Length, Array.MaxLength));
        BinaryPrimitives.WriteInt32LittleEndian(_entries.AsSpan(start), number);
        BinaryPrimitives.WriteUInt16LittleEndian(_entries.AsSpan(start + sizeof(int)), (ushort)name.Length);
        name.CopyTo(_entries.AsSpan(start + HeadBytes));
        _entries[end - 1] = (byte)'\n';
        _starts.Add((int)end);
        uint hash = HashOf(name);
        _slots[SlotOf(name, hash)] = (hash, (uint)start + 1);
        return number;
    }

    private void Grow()
    {
        (uint Hash, uint Entry)[] before = _slots;
        _slots = new (uint, uint)[2 * before.Length];
        uint last = (uint)_slots.Length - 1;
        foreach ((uint Hash, uint Entry) slot in before)
        {
            if (slot.Entry == 0) continue;
            uint at = slot.Hash & last;
            while (_slots[at].Entry != 0) at = (at + 1) & last;
            _slots[at] = slot;
        }
    }

    private int Find(ReadOnlySpan<byte> name, uint hash)
    {
        uint entry = _slots[SlotOf(name, hash)].Entry;
        return entry == 0 ? -1 : BinaryPrimitives.ReadInt32LittleEndian(_entries.AsSpan((int)(entry - 1)));
    }

    /// <summary>The slot of a name, or the free one that it would take.</summary>
    private uint SlotOf(ReadOnlySpan<byte> name, uint hash)
    {
        (uint Hash, uint Entry)[] slots = _slots;
        uint last = (uint)slots.Length - 1, at = hash & last;
        while (slots[at] is { Entry: > 0 } slot && !(slot.Hash == hash && IsAt(name, (int)(slot.Entry - 1)))) at = (at + 1) & last;
        return at;
    }

    private bool IsAt(ReadOnlySpan<byte> name, int start)
    {
        int length = BinaryPrimitives.ReadUInt16LittleEndian(_entries.AsSpan(start + sizeof(int)));
        return length == name.Length && _entries.AsSpan(start + HeadBytes, length).SequenceEqual(name);
    }

    private uint HashOf(ReadOnlySpan<byte> name)
    {
        ulong hash = _seed ^ (ulong)name.Length;
        for (; name.Length >= sizeof(ulong); name = name[sizeof(ulong)..]) hash = Mixed(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(name));
        ulong rest = 0;
        foreach (byte b in name) rest = (rest << 8) | b;
        hash = Mixed(hash ^ rest);
        return (uint)(hash ^ (hash >> 32));
    }

    private static ulong Mixed(ulong value)
    {
        ulong high = Math.BigMul(value ^ 0x9E37_79B9_7F4A_7C15, 0xD6E8_FEB8_6659_FD93, out ulong low);
        return high ^ low;
    }
}
