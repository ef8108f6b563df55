using System.Text;

namespace Tessera.Encoders.Texts;

/// <summary>Composition of Korean syllables from their letters (Unicode Standard, section 3.12).</summary>
internal static class Hangul
{
    private const int FirstSyllable = 0xAC00;
    private const int LastSyllable = 0xD7A3;
    private const int FirstLead = 0x1100;
    private const int Leads = 19;
    private const int FirstVowel = 0x1161;
    private const int Vowels = 21;
    private const int BeforeTrail = 0x11A7;
    private const int Trails = 28;

    /// <summary>Joins a vowel or a trailing consonant to the syllable that a word ends with.</summary>
    /// <returns>Whether it did: the last character is then the longer syllable.</returns>
    public static bool Compose(Span<char> word, int length, Rune rune)
    {
        if (length == 0) return false;
        ref char last = ref word[length - 1];
        int lead = last - FirstLead, vowel = rune.Value - FirstVowel, trail = rune.Value - BeforeTrail;
        if (lead is >= 0 and < Leads && vowel is >= 0 and < Vowels)
            last = (char)(FirstSyllable + (((lead * Vowels) + vowel) * Trails));
        else if (last is >= (char)FirstSyllable and <= (char)LastSyllable && (last - FirstSyllable) % Trails == 0 && trail is > 0 and < Trails)
            last = (char)(last + trail);
        else
            return false;
        return true;
    }
}
