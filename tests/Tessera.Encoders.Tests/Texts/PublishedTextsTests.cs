using System.Diagnostics;
using System.Text.Json;
using Tessera.Compute.Devices;
using Tessera.Compute.Random;
using Tessera.Encoders.Texts;

namespace Tessera.Encoders.Tests.Texts;

public sealed class PublishedTextsTests(ITestOutputHelper output)
{
    private const int Neighbors = 10;
    private const int RandomPairs = 100_000;

    [Fact]
    public void Films_nearest_by_title_and_plot_share_genres_far_more_than_films_at_random()
    {
        JsonElement[] items = Items(PublishedData.Find("movielens/items.jsonl"));
        float[][] vectors = Encode(items, "title", "plot");
        HashSet<string>[] genres = [.. items.Select(item => Text(item, "genres").Split(", ", StringSplitOptions.RemoveEmptyEntries).ToHashSet())];

        (double near, double random) = Share(vectors, (a, b) => Jaccard(genres[a], genres[b]));
        Assert.InRange(near, 1.25 * random, 1);
    }

    [Fact]
    public void Goods_nearest_by_title_and_description_are_bought_together_far_more_than_goods_at_random()
    {
        JsonElement[] items = Items(PublishedData.Find("baby/items.jsonl"));
        float[][] vectors = Encode(items, "title", "description");
        ILookup<int, string> buyers = File.ReadLines(PublishedData.Find("baby/baby.inter")).Skip(1).Select(line => line.Split('\t'))
            .ToLookup(fields => int.Parse(fields[1], System.Globalization.CultureInfo.InvariantCulture), fields => fields[0]);
        HashSet<string>[] users = [.. items.Select(item => buyers[item.GetProperty("itemID").GetInt32()].ToHashSet())];

        (double near, double random) = Share(vectors, (a, b) => users[a].Overlaps(users[b]) ? 1 : 0);
        Assert.InRange(near, 3 * random, 1);
    }

    private static JsonElement[] Items(string path) => [.. File.ReadLines(path).Select(line => JsonDocument.Parse(line).RootElement)];

    private static string Text(JsonElement item, string field) => item.TryGetProperty(field, out JsonElement value) ? value.GetString() ?? "" : "";

    private static double Jaccard(HashSet<string> a, HashSet<string> b)
    {
        int common = a.Count(b.Contains);
        return a.Count + b.Count == 0 ? 0 : (double)common / (a.Count + b.Count - common);
    }

    // Means over the nearest neighbors of each text, and over pairs of texts at random; missing ones are left out.
    private (double Near, double Random) Share(float[][] vectors, Func<int, int, double> likeness)
    {
        int[] present = [.. Enumerable.Range(0, vectors.Length).Where(text => vectors[text].Any(value => value != 0))];
        double near = 0, random = 0;
        var cosines = new double[present.Length];
        foreach (int text in present)
        {
            for (int i = 0; i < cosines.Length; i++) cosines[i] = present[i] == text ? double.NegativeInfinity : Cosine(vectors[text], vectors[present[i]]);
            int[] order = [.. present];
            Array.Sort(cosines, order);
            near += order[^Neighbors..].Sum(other => likeness(text, other));
        }

        near /= (double)present.Length * Neighbors;
        var rng = new Rng(2);
        for (int pair = 0; pair < RandomPairs; pair++)
        {
            int one = rng.Next(present.Length), other = (one + 1 + rng.Next(present.Length - 1)) % present.Length;
            random += likeness(present[one], present[other]) / RandomPairs;
        }

        output.WriteLine($"{present.Length} of {vectors.Length} texts; {Neighbors} nearest {near:F4}, at random {random:F4}");
        return (near, random);
    }

    private static double Cosine(float[] a, float[] b) => System.Numerics.Tensors.TensorPrimitives.Dot<float>(a, b);

    private float[][] Encode(JsonElement[] items, params string[] fields)
    {
        string[] corpus = [.. items.Select(item => string.Join('\n', fields.Select(field => Text(item, field))))];
        var clock = Stopwatch.StartNew();
        using var device = new Device();
        using TfidfEncoder encoder = TfidfEncoder.Fit(corpus, TfidfEncoder.DefaultDimensions, device, new Rng(1));
        TimeSpan fitted = clock.Elapsed;
        float[][] vectors = [.. corpus.Select(encoder.Encode)];
        output.WriteLine($"{encoder.Terms.Count} terms, {encoder.Dimensions} dimensions; fitted in {fitted.TotalSeconds:F2} s, encoded in {(clock.Elapsed - fitted).TotalSeconds:F2} s");
        Assert.All(vectors.SelectMany(vector => vector), value => Assert.True(float.IsFinite(value)));
        return vectors;
    }
}
