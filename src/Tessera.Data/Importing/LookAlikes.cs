using System.Globalization;
using System.Text;
using Tessera.Data.EventLogs;
using Tessera.Data.Storage;

namespace Tessera.Data.Importing;

/// <summary>Ids that look alike and are not: they differ in how letters are composed, in their width, or in what is invisible.</summary>
/// <remarks>
/// Not compared: marks in another order than Unicode's, scripts that <see cref="ComposedLetters"/> lacks, and letters of two scripts that
/// look alike.
/// </remarks>
internal static class LookAlikes
{
    private const string HalfWidthKana = "。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン";
    private const char FirstKana = '\uFF61', LastKana = '\uFF9D', FirstWide = '\uFF01', LastWide = '\uFF5E';

    /// <summary>A sentence with the number of such ids and the first one; none where there are none.</summary>
    public static IEnumerable<string> Notices(NameTable ids, string kind)
    {
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        (string Id, string Other)? first = null;
        int count = 0;
        foreach (string id in ids)
        {
            if (Ascii.IsValid(id)) continue;
            string plain = Folded(id);
            string? other = plain != id && ids.TryFind(plain, out int _) ? plain : seen.GetValueOrDefault(plain);
            seen.TryAdd(plain, id);
            if (other is null || other == id) continue;
            count++;
            first ??= (id, other);
        }

        if (first is var (one, two))
            yield return $"{SourceText.Counted(count, $"{kind} id")} {(count == 1 ? "differs" : "differ")} from another only in composition, width or "
                + $"invisible characters, such as {Shown(one, two)} and {Shown(two, one)}; they stay apart.";
    }

    /// <summary>The id with composed letters of usual width and nothing invisible.</summary>
    public static string Folded(string id)
    {
        var plain = new StringBuilder(id.Length);
        foreach (char c in id)
        {
            char folded = c switch
            {
                >= FirstWide and <= LastWide => (char)(c - FirstWide + '!'),
                >= FirstKana and <= LastKana => HalfWidthKana[c - FirstKana],
                '\uFF9E' => '\u3099',
                '\uFF9F' => '\u309A',
                _ => c,
            };
            UnicodeCategory category = CharUnicodeInfo.GetUnicodeCategory(folded);
            if (category == UnicodeCategory.Format || folded is '\u034F' or (>= '\uFE00' and <= '\uFE0F')) continue;
            if (category == UnicodeCategory.SpaceSeparator) folded = ' ';
            if (plain.Length > 0 && ComposedLetters.Of(plain[^1], folded) is { } composed) plain[^1] = composed;
            else plain.Append(folded);
        }

        return plain.ToString().Trim(' ');
    }

    /// <summary>An id with the code points from where it differs from another.</summary>
    private static string Shown(string id, string other)
    {
        int at = id.AsSpan().CommonPrefixLength(other);
        IEnumerable<string> points = id[at..].Take(4).Select(c => $"U+{(int)c:X4}");
        return $"{SourceText.Quoted(id)} ({(at == id.Length ? "which ends" : string.Join(' ', points))} at {at + 1})";
    }
}
