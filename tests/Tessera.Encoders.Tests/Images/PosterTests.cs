using System.Diagnostics;
using System.Numerics.Tensors;
using System.Text.Json;
using Tessera.Encoders.Images;

namespace Tessera.Encoders.Tests.Images;

public sealed class PosterTests(ITestOutputHelper output)
{
    /// <summary>All posters have a row, and a poster's nearest neighbors share its film's genres more often than chance has it.</summary>
    [Fact]
    public void Film_posters_are_encoded_and_their_neighbors_share_genres()
    {
        string folder = PublishedData.Find("movielens");

        var genres = new List<HashSet<string>>();
        var rows = new List<float[]>();
        var clock = new Stopwatch();
        foreach (string line in File.ReadLines(Path.Combine(folder, "items.jsonl")))
        {
            using JsonDocument item = JsonDocument.Parse(line);
            (string? image, string? named) = (item.RootElement.GetProperty("image").GetString(), item.RootElement.GetProperty("genres").GetString());
            if (image is null || named is null) continue;
            byte[] bytes = File.ReadAllBytes(Path.Combine(folder, image));
            clock.Start();
            rows.Add(HistogramImageEncoder.Encode(bytes, image));
            clock.Stop();
            genres.Add([.. named.Split(", ")]);
        }

        Assert.All(rows, row => Assert.Equal(1, TensorPrimitives.Norm(row), 1e-5f));
        Assert.All(rows, row => Assert.Equal(-1, row.AsSpan().IndexOfAnyExceptInRange(0, 1.00001f)));
        (double near, double chance) = GenreOverlap(rows, genres, neighbors: 5);
        output.WriteLine($"{rows.Count} posters, {rows.Count / clock.Elapsed.TotalSeconds:N0}/s");
        output.WriteLine($"Jaccard overlap of genres: 5 nearest {near:F4}, chance {chance:F4}");
        Assert.True(near > 1.1 * chance, $"5 nearest {near}, chance {chance}");
    }

    private static (double Near, double Chance) GenreOverlap(List<float[]> rows, List<HashSet<string>> genres, int neighbors)
    {
        double near = 0, chance = 0;
        for (int i = 0; i < rows.Count; i++)
        {
            double[] overlaps = [.. genres.Select(other => (double)genres[i].Intersect(other).Count() / genres[i].Union(other).Count())];
            chance += (overlaps.Sum() - 1) / (rows.Count - 1);
            near += Enumerable.Range(0, rows.Count).Where(j => j != i)
                .OrderByDescending(j => TensorPrimitives.Dot(rows[i], rows[j])).Take(neighbors).Average(j => overlaps[j]);
        }

        return (near / rows.Count, chance / rows.Count);
    }
}
