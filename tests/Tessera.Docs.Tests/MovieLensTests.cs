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
        Assert.InRange(Recall("--run", "ml/cold-run", "--data", "ml/cold", "--candidates", "cold"), 0.25, 1);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private double Recall(params string[] evaluate)
    {
        (int code, string output, string error) = TesseraProcess.Run(_folder, ["evaluate", "--json", .. evaluate]);
        Assert.True(code == 0, error);
        return (double)JsonNode.Parse(output)!["metrics"]!["Recall@20"]!;
    }
}
