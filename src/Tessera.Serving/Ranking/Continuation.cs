using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Tessera.Serving.Ranking;

/// <summary>What a later page needs to know: which generation the list is of, and what it has shown, as hashes of ids, which hold for every generation.</summary>
/// <param name="Generation">Name of the generation.</param>
/// <param name="Shown">Hashes of what was shown, each once, ascending.</param>
/// <param name="IsLook">Whether somebody chose the model, so that the list counts for no arm.</param>
internal sealed record Continuation(string Generation, uint[] Shown, bool IsLook = false)
{
    /// <summary>Whether an item was shown; of two in four thousand million ids, one is taken for the other.</summary>
    public bool HasShown(string item) => Array.BinarySearch(Shown, HashOf(item)) >= 0;

    /// <summary>The same with more items shown.</summary>
    public Continuation With(string generation, IEnumerable<string> items)
    {
        var shown = new SortedSet<uint>(Shown);
        foreach (string item in items) shown.Add(HashOf(item));
        return this with { Generation = generation, Shown = [.. shown] };
    }

    private static uint HashOf(string item) => XxHash32.HashToUInt32(MemoryMarshal.AsBytes(item.AsSpan()));
}
