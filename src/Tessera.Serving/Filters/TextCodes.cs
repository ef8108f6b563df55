using System.Collections.Concurrent;

namespace Tessera.Serving.Filters;

/// <summary>
/// Numbers of an attribute's texts, from 1. They only grow, so whoever reads an earlier state of the attributes reads them right, too; with the next
/// generation they begin anew.
/// </summary>
internal sealed class TextCodes
{
    private readonly ConcurrentDictionary<string, int> _codes = new(StringComparer.Ordinal);

    /// <summary>The number of a text; 0 where no item has it.</summary>
    public int Find(string text) => _codes.GetValueOrDefault(text);

    /// <summary>The number of a text, a new one if need be. One caller at a time.</summary>
    public int Add(string text) => _codes.GetOrAdd(text, static (_, codes) => codes.Count + 1, _codes);
}
