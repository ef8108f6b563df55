using System.Buffers;

namespace Tessera.Data.Storage;

/// <summary>Which external ids users and items may have.</summary>
internal static class ExternalId
{
    /// <summary>Maximum number of characters in a name.</summary>
    public const int MaxLength = 1000;

    /// <summary>What a name must be, for error messages.</summary>
    public const string Expected = "expected 1 to 1,000 characters without tabs, line ends and other control characters";

    private static readonly SearchValues<char> Refused =
        SearchValues.Create([.. Enumerable.Range(0, char.MaxValue + 1).Select(code => (char)code).Where(c => char.IsControl(c) || c == '\uFEFF')]);

    /// <summary>A name without the spaces, tabs and line ends around it, which sources leave by chance.</summary>
    public static string Trimmed(string name) => name.Trim(' ', '\t', '\r', '\n');

    /// <summary>The same, UTF-8.</summary>
    public static ReadOnlySpan<byte> Trimmed(ReadOnlySpan<byte> name) =>
        name.Length > 0 && (name[0] <= ' ' || name[^1] <= ' ') ? name.Trim(" \t\r\n"u8) : name;

    /// <summary>What is wrong with a name, such as "is empty", or null where it can be used.</summary>
    public static string? Fault(ReadOnlySpan<char> name)
    {
        if (name.IsWhiteSpace()) return name.IsEmpty ? "is empty" : "is blank";
        if (name.Length > MaxLength) return $"has {name.Length:N0} characters";
        int at = name.IndexOfAny(Refused);
        if (at >= 0) return $"holds the character U+{(int)name[at]:X4}";
        return SourceText.HasLoneSurrogate(name) ? "holds half of a surrogate pair" : null;
    }
}
