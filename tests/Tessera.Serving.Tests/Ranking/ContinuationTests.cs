using System.Buffers.Text;
using Tessera.Data;
using Tessera.Serving.Ranking;

namespace Tessera.Serving.Tests.Ranking;

public sealed class ContinuationTests
{
    private static readonly ContinuationCodec Codec = new([.. Enumerable.Range(0, 32).Select(n => (byte)n)]);

    [Fact]
    public void What_was_shown_comes_back()
    {
        Continuation continuation = new Continuation("first", []).With("first", Ids(0, 12)).With("second", Ids(6, 12));
        Continuation read = Codec.Decode(Codec.Encode(continuation));
        Assert.Equal("second", read.Generation);
        Assert.Equal(18, read.Shown.Length);
        Assert.All(Ids(0, 18), id => Assert.True(read.HasShown(id)));
        Assert.False(read.HasShown("18"));
    }

    [Fact]
    public void The_longest_has_the_length_that_is_promised_at_most()
    {
        string text = Codec.Encode(new Continuation("", []).With(new string('€', 100), Ids(0, RecommendationRequest.MaxCount)));
        Assert.InRange(text.Length, RecommendationRequest.MaxCount * 4, ContinuationCodec.MaxLength);
        Assert.Equal(RecommendationRequest.MaxCount, Codec.Decode(text).Shown.Length);
    }

    [Fact]
    public void No_changed_cut_or_foreign_one_is_taken()
    {
        string text = Codec.Encode(new Continuation("first", []).With("first", Ids(0, 3)));
        byte[] bytes = Base64Url.DecodeFromChars(text);
        for (int place = 0; place < bytes.Length; place++)
        {
            bytes[place] ^= 1;
            Refused(Base64Url.EncodeToString(bytes));
            bytes[place] ^= 1;
            Refused(text[..place]);
        }

        Refused(text + text);
        Refused("not one");
        Refused(new string('A', 1_000_000));
        Refused(new ContinuationCodec(new byte[32]).Encode(new Continuation("first", [])));

        static void Refused(string text) => Assert.StartsWith("'next' is none that this service gave", Assert.Throws<InvalidInputException>(() => Codec.Decode(text)).Message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Ids(int from, int count) => Enumerable.Range(from, count).Select(item => $"{item}");
}
