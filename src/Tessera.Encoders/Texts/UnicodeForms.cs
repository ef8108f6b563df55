using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Tessera.Encoders.Texts;

/// <summary>
/// Compatibility decompositions and combining classes (Unicode Standard Annex 15), from the embedded Unicode.txt: without the ICU
/// library, that is with InvariantGlobalization, <see cref="string.Normalize()"/> gives every string back as it is.
/// </summary>
internal static class UnicodeForms
{
    private const int FirstNonAscii = 0x80;
    private const int FirstMark = 0x300;
    private static readonly Tables Loaded = Load();

    /// <summary>Most characters that one decomposes to.</summary>
    public const int MaxDecompositionLength = 18;

    /// <summary>The full compatibility decomposition, in canonical order; empty where the character is its own.</summary>
    public static ReadOnlySpan<Rune> Decompose(Rune rune) =>
        rune.Value >= FirstNonAscii && Loaded.Decompositions.TryGetValue(rune.Value, out Rune[]? runes) ? runes : [];

    /// <summary>Canonical combining class; 0 for characters that stay where they are.</summary>
    public static byte CombiningClass(Rune rune) =>
        rune.Value >= FirstMark && Loaded.Classes.TryGetValue(rune.Value, out byte value) ? value : (byte)0;

    private static Tables Load()
    {
        var decompositions = new Dictionary<int, Rune[]>();
        var classes = new Dictionary<int, byte>();
        using Stream stream = typeof(UnicodeForms).Assembly.GetManifestResourceStream("Unicode.txt")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#')) continue;
            if (line.Split('=') is [string code, string runes])
            {
                decompositions[Hexadecimal(code)] = [.. runes.Split(' ').Select(rune => new Rune(Hexadecimal(rune)))];
                continue;
            }

            string[] parts = line.Split("..") is [string first, string rest] ? [first, .. rest.Split(':')] : [];
            for (int rune = Hexadecimal(parts[0]); rune <= Hexadecimal(parts[1]); rune++) classes[rune] = byte.Parse(parts[2], CultureInfo.InvariantCulture);
        }

        return new Tables(decompositions.ToFrozenDictionary(), classes.ToFrozenDictionary());
    }

    private static int Hexadecimal(string digits) => int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private sealed record Tables(FrozenDictionary<int, Rune[]> Decompositions, FrozenDictionary<int, byte> Classes);
}
