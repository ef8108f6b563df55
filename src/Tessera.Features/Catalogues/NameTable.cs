using System.Text;
using Tessera.Recommendation;

namespace Tessera.Features.Catalogues;

/// <summary>Numbers names from 0 in the order they come.</summary>
/// <param name="kind">What they name, "user" or "item".</param>
internal sealed class NameTable(string kind)
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];

    /// <summary>The names, by number.</summary>
    public IReadOnlyList<string> Names => _names;

    public bool TryFind(ReadOnlySpan<char> name, out int number) =>
        _numbers.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out number);

    /// <summary>The number of a name, a new one where it is not known yet.</summary>
    /// <exception cref="InvalidInputException">The name is none that a catalogue can hold.</exception>
    public int NumberOf(ReadOnlySpan<char> name)
    {
        if (TryFind(name, out int number)) return number;
        if (OutsideId.Fault(name) is { } fault) throw new InvalidInputException($"One {kind} id {fault}; {OutsideId.Expected}, so correct it.");
        string kept = name.ToString();
        _numbers.Add(kept, _names.Count);
        _names.Add(kept);
        return _names.Count - 1;
    }

    /// <summary>Writes the names, one a line.</summary>
    public void WriteTo(Stream stream)
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
        foreach (string name in _names) writer.WriteLine(name);
    }
}
