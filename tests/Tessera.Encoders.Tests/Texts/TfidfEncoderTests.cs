using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Data;
using Tessera.Encoders.Texts;

namespace Tessera.Encoders.Tests.Texts;

public sealed class TfidfEncoderTests : IDisposable
{
    private static readonly string[] Toy =
    [
        "The car has a strong motor", "An automobile with a motor and wheels", "Wheels of a car", "The automobile wheels and the motor",
        "Oranges and lemons are sour fruit", "Sweet fruit: oranges, plums", "Lemons and plums are fruit", "A sour lemon or plums",
    ];

    private readonly Device _device = new(threads: 2);

    public void Dispose() => _device.Dispose();

    [Fact]
    public void Words_that_keep_the_same_company_come_together_without_being_in_one_text()
    {
        using TfidfEncoder encoder = Fit(Toy, 2);
        float[][] vectors = Encode(encoder, "car", "automobile", "lemons", "oranges");
        Assert.True(Cosine(vectors[0], vectors[1]) > 0.9, "car and automobile never meet, but both meet motor and wheels.");
        Assert.True(Cosine(vectors[2], vectors[3]) > 0.9, "lemons and oranges");
        Assert.True(Cosine(vectors[0], vectors[2]) < 0.3, "car and lemons");
    }

    [Fact]
    public void At_full_rank_cosines_are_those_of_the_term_weights()
    {
        using TfidfEncoder encoder = Fit(["red apple", "red pear", "green apple", "green pear", "red red green"], 50, new TfidfOptions { MaxShare = 1 });
        Assert.Equal(4, encoder.Dimensions); // no pair of words comes twice: the terms are apple, green, pear, red
        Assert.Equal(["apple", "green", "pear", "red"], encoder.Terms);
        float[][] vectors = Encode(encoder, "red apple", "green apple", "red pear", "pear");
        double idfColor = Math.Log(6.0 / 4) + 1, idfFruit = Math.Log(6.0 / 3) + 1;
        double squares = (idfColor * idfColor) + (idfFruit * idfFruit);
        Assert.Equal(idfFruit * idfFruit / squares, Cosine(vectors[0], vectors[1]), 1e-5);
        Assert.Equal(idfColor * idfColor / squares, Cosine(vectors[0], vectors[2]), 1e-5);
        Assert.Equal(idfFruit / Math.Sqrt(squares), Cosine(vectors[2], vectors[3]), 1e-5);
    }

    [Fact]
    public void Vectors_have_length_one_and_zeros_stand_for_missing()
    {
        using TfidfEncoder encoder = Fit(Toy, 3);
        float[][] vectors = Encode(encoder, Toy[0], "", "quetzalcoatl", "\uD800", "lemons quetzalcoatl");
        Assert.All(vectors, vector => Assert.Equal(3, vector.Length));
        Assert.Equal([1.0, 0.0, 0.0, 0.0, 1.0], vectors.Select(vector => Math.Round(Cosine(vector, vector), 5)));
        Assert.All(vectors[1..4].SelectMany(vector => vector), value => Assert.Equal(0f, value));
    }

    [Fact]
    public void A_text_outside_the_spanned_space_is_missing()
    {
        // Two topics without a term in common, one of them larger: one dimension spans the larger alone.
        string[] corpus = [.. Enumerable.Repeat("sun moon", 5), .. Enumerable.Repeat("salt pepper", 2)];
        using TfidfEncoder encoder = Fit(corpus, 1, new TfidfOptions { MaxShare = 1 });
        float[][] vectors = Encode(encoder, "moon", "salt", "sun salt");
        Assert.Equal([[1f], [0f], [1f]], vectors);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_seed_gives_the_same_bits_for_any_number_of_threads(int threads)
    {
        string[] corpus = MadeUp(texts: 1500, seed: 5);
        using var device = new Device(threads);
        using TfidfEncoder expected = Fit(corpus, 32), actual = TfidfEncoder.Fit(corpus, 32, device, new Rng(7));
        Assert.Equal(expected.Fingerprint, actual.Fingerprint);
        Assert.Equal(Encode(expected, corpus), Encode(actual, corpus));
        using TfidfEncoder other = TfidfEncoder.Fit(corpus[..^1], 32, device, new Rng(7));
        Assert.NotEqual(expected.Fingerprint, other.Fingerprint);
    }

    [Fact]
    public void A_corpus_of_fewer_dimensions_gives_fewer()
    {
        using TfidfEncoder encoder = Fit(["one two", "one two", ""], 384, new TfidfOptions { MaxShare = 1 });
        Assert.Equal(1, encoder.Dimensions);
        Assert.Equal([[1f]], Encode(encoder, "two"));
    }

    [Fact]
    public void Terms_keep_to_their_limits()
    {
        string[] corpus = ["all few", "all few", "all some", "all some", "all some one"];
        Assert.Equal(["all few", "all some", "few", "some"], Fit(corpus, 2, new TfidfOptions { MaxShare = 0.6 }).Terms);
        Assert.Equal(["all some", "some"], Fit(corpus, 2, new TfidfOptions { MaxShare = 0.6, MaxTerms = 2 }).Terms);
        Assert.Equal(["all", "all some", "some"], Fit(corpus, 2, new TfidfOptions { MaxShare = 1, MinTexts = 3 }).Terms);
        Assert.Equal(["all"], Fit(corpus, 2, new TfidfOptions { MaxShare = 1, MaxTerms = 1 }).Terms);
    }

    [Fact]
    public void Texts_without_a_word_in_common_are_refused_in_one_sentence()
    {
        InvalidInputException error = Assert.Throws<InvalidInputException>(() => Fit(["one", "two", ""], 2));
        Assert.Equal(
            "No word stands in 2 to 2 of the 3 texts; expected texts with some words in common and not all, so give more texts or longer ones.",
            error.Message);
        Assert.Throws<InvalidInputException>(() => Fit([], 2));
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Fit(Toy, 0));
        foreach (TfidfOptions options in new TfidfOptions[] { new() { MinTexts = 0 }, new() { MaxTerms = 0 }, new() { MaxShare = 0 }, new() { MaxShare = 1.5 }, new() { MaxShare = double.NaN } })
            Assert.Throws<ArgumentOutOfRangeException>(() => Fit(Toy, 2, options));
    }

    [Fact]
    public void A_fingerprint_is_a_hash()
    {
        using TfidfEncoder encoder = Fit(Toy, 3);
        Assert.Matches("^[0-9a-f]{64}$", encoder.Fingerprint);
    }

    [Fact]
    public void Progress_goes_through_all_stages_and_canceling_stops()
    {
        string[] stages = ["counting terms", "weighing terms", "decomposing"];
        var seen = new List<(string Stage, double Share)>();
        string[] corpus = MadeUp(texts: 1500, seed: 5);
        using TfidfEncoder encoder = TfidfEncoder.Fit(corpus, 4, _device, new Rng(7), progress: new Relay<(string Stage, double Share)>(seen.Add));
        Assert.Equal(seen.OrderBy(step => Array.IndexOf(stages, step.Stage)).ThenBy(step => step.Share), seen);
        Assert.Equal(
            stages.Select(stage => (stage, 1.0)),
            seen.GroupBy(step => step.Stage).Select(stage => (stage.Key, stage.Max(step => step.Share))));

        var canceled = new CancellationToken(canceled: true);
        Assert.Throws<OperationCanceledException>(() => TfidfEncoder.Fit(corpus, 4, _device, new Rng(7), cancellationToken: canceled));
    }

    [Fact]
    public async Task Several_threads_may_encode_at_once()
    {
        string[] corpus = MadeUp(texts: 600, seed: 6);
        using TfidfEncoder encoder = Fit(corpus, 16);
        float[][] expected = Encode(encoder, corpus);
        float[][][] all = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => Encode(encoder, corpus))));
        Assert.All(all, vectors => Assert.Equal(expected, vectors));
    }

    private static string[] MadeUp(int texts, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, texts).Select(_ => string.Join(' ', Enumerable.Range(0, random.Next(30)).Select(_ => $"w{random.Next(20) * random.Next(20)}")))];
    }

    private static double Cosine(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();

    private static float[][] Encode(TfidfEncoder encoder, params string[] texts) => [.. texts.Select(encoder.Encode)];

    private TfidfEncoder Fit(string[] corpus, int dimensions, TfidfOptions? options = null) =>
        TfidfEncoder.Fit(corpus, dimensions, _device, new Rng(7), options);
}
