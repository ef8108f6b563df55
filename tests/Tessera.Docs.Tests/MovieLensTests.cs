using System.Text;
using System.Text.Json.Nodes;

namespace Tessera.Docs.Tests;

/// <summary>Runs the commands of docs/movielens.md, from raw files to recommendations, where the raw files are there.</summary>
public sealed class MovieLensTests : IDisposable
{
    private const string Raw = "movielens";
    private readonly string _folder = Directory.CreateTempSubdirectory("tessera-movielens-").FullName;

    [Fact]
    public void The_documented_commands_lead_from_raw_files_to_recommendations_far_better_than_chance()
    {
        Directory.CreateSymbolicLink(Path.Combine(_folder, Raw), PublishedData.Find(Raw));
        WriteRelease();
        string[] commands =
        [
            .. Repository.Blocks(Repository.Read("docs/movielens.md"), "sh").SelectMany(block => block.Split('\n'))
                .Where(line => line.StartsWith("tessera ", StringComparison.Ordinal)).Select(line => line["tessera ".Length..]),
        ];
        Assert.True(commands.Length > 8);
        foreach (string command in commands)
        {
            // Fewer epochs than the document has: the test asks for better than chance only.
            string quick = command.StartsWith("train ", StringComparison.Ordinal) ? " --set epochs=8" : "";
            (int code, string output, string error) = TesseraProcess.Run(_folder, (command + quick).Split(' '));
            Assert.True(code == 0, $"{command}: {error}");
            if (command.StartsWith("recommend", StringComparison.Ordinal)) Assert.Contains("score", output, StringComparison.Ordinal);
        }

        // At random, 20 of 1,008 items would find 2 % of what is held out, and 20 of 101 cold ones 20 %.
        Assert.InRange(Recall("--run", "ml/run", "--data", "ml/data"), 0.25, 1);
        Assert.InRange(Recall("--run", "ml/rich-run", "--data", "ml/rich"), 0.25, 1);
        Assert.InRange(Recall("--run", "ml/cold-run", "--data", "ml/cold", "--candidates", "cold"), 0.25, 1);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The files of the release, in its own form.</summary>
    private void WriteRelease()
    {
        string[] genres =
        [
            "unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary", "Drama", "Fantasy", "Film-Noir", "Horror", "Musical",
            "Mystery", "Romance", "Sci-Fi", "Thriller", "War", "Western",
        ];
        string folder = Directory.CreateDirectory(Path.Combine(_folder, "ml-100k")).FullName;
        File.WriteAllLines(
            Path.Combine(folder, "u.data"), File.ReadLines(Path.Combine(_folder, Raw, "ratings.csv")).Skip(1).Select(line => line.Replace(',', '\t')));
        File.WriteAllLines(Path.Combine(folder, "u.item"), File.ReadLines(Path.Combine(_folder, Raw, "items.jsonl")).Select(Movie), Encoding.Latin1);

        string Movie(string line)
        {
            JsonNode movie = JsonNode.Parse(line)!;
            string[] own = [.. ((string?)movie["genres"] ?? "").Replace("Family", "Children's", StringComparison.Ordinal).Split(", ")];
            return $"{movie["item"]}|{movie["title"]} ({movie["year"] ?? "1990"})|01-Jan-1995||http://example.org|{string.Join('|', genres.Select(genre => own.Contains(genre) ? 1 : 0))}";
        }
    }

    private double Recall(params string[] evaluate)
    {
        (int code, string output, string error) = TesseraProcess.Run(_folder, ["evaluate", "--json", .. evaluate]);
        Assert.True(code == 0, error);
        return (double)JsonNode.Parse(output)!["metrics"]!["Recall@20"]!;
    }
}
