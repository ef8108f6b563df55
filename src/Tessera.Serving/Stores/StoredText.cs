using System.Text;

namespace Tessera.Serving.Stores;

/// <summary>Text of others that goes into a column as it is.</summary>
internal static class StoredText
{
    /// <summary>The text with a space for each control character and U+FFFD for each half of a surrogate pair, which not every database takes.</summary>
    /// <param name="text">The text.</param>
    /// <param name="longest">Where it is cut off, in characters.</param>
    public static string Cleaned(string text, int longest = int.MaxValue)
    {
        var cleaned = new StringBuilder();
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (cleaned.Length + rune.Utf16SequenceLength > longest) break;
            cleaned.Append(Rune.IsControl(rune) ? " " : rune.ToString());
        }

        return cleaned.ToString();
    }
}
