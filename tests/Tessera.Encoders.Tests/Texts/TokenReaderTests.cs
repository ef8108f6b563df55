using System.Diagnostics;
using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Tessera.Encoders.Texts;

namespace Tessera.Encoders.Tests.Texts;

public sealed class TokenReaderTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData(" \t\r\n", "")]
    [InlineData("The quick, brown fox!", "the|quick|brown|fox")]
    [InlineData("_GoldenEye_ (qv)", "goldeneye|qv")]
    [InlineData("iPhone 4S, 3.5 inch", "iphone|4s|3|5|inch")]
    [InlineData("don't 'quote' dogs' rock'n'roll a''b", "don|t|quote|dogs|rock|n|roll|a|b")]
    [InlineData("don\u2019t м\u02BCята", "don|t|м\u02BCята")]
    [InlineData("Baby Tracker\u2122 Sassy\u00AE", "baby|tracker|sassy")]
    [InlineData("GR\u00D6SSE Gr\u00F6\u00DFe GR\u00D6\u1E9EE", "gr\u00F6sse|gr\u00F6\u00DFe|gr\u00F6\u00DFe")]
    [InlineData("istanbul ISTANBUL I\u0307zmir \u0131l\u0131k", "istanbul|istanbul|i\u0307zmir|\u0131l\u0131k")]
    [InlineData("\u039F\u0394\u039F\u03A3 \u03BF\u03B4\u03BF\u03C2", "\u03BF\u03B4\u03BF\u03C3|\u03BF\u03B4\u03BF\u03C3")]
    [InlineData("\u0643\u0650\u062A\u0627\u0628\u060C \u0642\u0644\u0645", "\u0643\u0650\u062A\u0627\u0628|\u0642\u0644\u0645")]
    [InlineData("\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645", "\u0645\u06CC\u062E\u0648\u0627\u0647\u0645")]
    [InlineData("\u0939\u093F\u0928\u094D\u0926\u0940 \u092D\u093E\u0937\u093E", "\u0939\u093F\u0928\u094D\u0926\u0940|\u092D\u093E\u0937\u093E")]
    [InlineData("\u7535\u5F71iPad\u4E00\u90E8", "\u7535|\u5F71|ipad|\u4E00|\u90E8")]
    [InlineData("\u304C\u304E \u30AB\u30E1\u30E9", "\u304C|\u304E|\u30AB|\u30E1|\u30E9")]
    [InlineData("\uD55C\uAD6D \u1112\u1161\u11AB", "\uD55C|\uAD6D|\u1112|\u1161|\u11AB")]
    [InlineData("\u0E44\u0E17\u0E22", "\u0E44|\u0E17|\u0E22")]
    [InlineData("\uD840\uDC00\uD840\uDC01", "\uD840\uDC00|\uD840\uDC01")]
    [InlineData("toy\U0001F600\U0001F476\U0001F3FDcar \u2764\uFE0F 1\uFE0F\u20E3", "toy|car|1\uFE0F")]
    [InlineData("co\u00ADoperate no\u200Bbreak", "cooperate|no|break")]
    [InlineData("a\uD800b \uDC00c\uD83D", "a|b|c")]
    [InlineData("\u0301 x\u0301 '\u0301y", "x\u0301|y")]
    [InlineData("cafe\u0301 CAF\u00C9 m\u00B2 2\u00BD", "cafe\u0301|caf\u00E9|m|2")]
    public void Texts_fall_into_words(string text, string words) => Assert.Equal(words.Split('|', StringSplitOptions.RemoveEmptyEntries), Words(text));

    [Fact]
    public void Words_and_heaps_of_marks_are_cut_at_their_limits()
    {
        Assert.Equal(new string('x', TokenReader.MaxTokenLength), Assert.Single(Words(new string('x', 100_000))));
        Assert.Equal(["a", .. Enumerable.Repeat("\u7535", 3)], Words("a\u7535\u7535\u7535"));
        string heap = Assert.Single(Words("a" + new string('\u0301', 100_000) + "b"));
        Assert.InRange(heap.Length, 30, TokenReader.MaxTokenLength);
    }

    [Theory]
    [InlineData("word ", 200_000)]
    [InlineData("\u00E9\u0323\u0301", 1)]
    [InlineData("\u7535", 1_000_000)]
    [InlineData("\uD83D\uDE00", 0)]
    [InlineData("\uFDFA", 1)]
    [InlineData("\uD800", 0)]
    public void A_megabyte_is_read_in_time_that_grows_with_its_length(string piece, int words)
    {
        var clock = Stopwatch.StartNew();
        var reader = new TokenReader();
        reader.Start(string.Concat(Enumerable.Repeat(piece, 1_000_000 / piece.Length)));
        int read = 0;
        while (reader.Read()) read++;
        Assert.Equal(words, read);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), $"1,000,000 characters took {clock.Elapsed}.");
    }

    [Fact]
    public void The_words_of_every_character_are_words_again()
    {
        var reader = new TokenReader();
        var failures = new List<string>();
        for (int value = 0; value <= 0x10FFFF; value++)
        {
            if (!Rune.IsValid(value)) continue;
            string text = $"a{new Rune(value)}b";
            if (!IsStable(reader, text)) failures.Add(value.ToString("X4", CultureInfo.InvariantCulture));
        }

        Assert.Empty(failures);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(300)]
    public void Random_texts_never_throw_and_their_joined_words_are_the_same_words(int seed)
    {
        string[] alphabet =
        [
            "a", "I", "i", "\u0130", "\u0307", "\u0301", "\u0323", "\u0345", "\u0327", "'", "\u2019", " ", "-", "7", "\u00BD", "\u00DF", "\u1E9E",
            "\u03A3", "\u1F80", "\u7535", "\u304C", "\u3099", "\u0E33", "\u0E44", "\u0939", "\u094D", "\u093F", "\u200C", "\u200D", "\u200B", "\u00AD",
            "\u1112", "\u1161", "\u11AB", "\uD55C", "\uD558", "\uFDFA", "\uFB01", "\uFE0F", "\u20E3", "\uD800", "\uDC00", "\uD83D\uDE00", "\uD840\uDC00",
            "\uD835\uDC00", "\uD834\uDD65", "\uFF9E", "\u0344", "\u0F73", "\u034F", new string('m', 63),
        ];
        Gen<string> mixed = Gen.Elements(alphabet).ArrayOf().Select(string.Concat);
        Gen<string> any = Gen.Choose(0, char.MaxValue).Select(unit => (char)unit).ArrayOf().Select(units => new string(units));
        Config config = Config.QuickThrowOnFailure.WithMaxTest(3000).WithEndSize(120).WithReplay((ulong)seed, 2UL * (ulong)seed + 1UL);
        Prop.ForAll(Gen.OneOf(mixed, any).ToArbitrary(), text => IsStable(new TokenReader(), text)).Check(config);
    }

    private static bool IsStable(TokenReader reader, string text)
    {
        string[] words = Words(reader, text);
        return words.All(word => word.Length is > 0 and <= TokenReader.MaxTokenLength) && Words(reader, string.Join(' ', words)).SequenceEqual(words);
    }

    private static string[] Words(string text) => Words(new TokenReader(), text);

    private static string[] Words(TokenReader reader, string text)
    {
        reader.Start(text);
        var words = new List<string>();
        while (reader.Read()) words.Add(reader.Token.ToString());
        return [.. words];
    }
}
