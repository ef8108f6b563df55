using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SkiaSharp;
using Tessera.Data.DatasetFolder;
using Tessera.Data.Synthetic;
using Tessera.ModelServer;

namespace Tessera.Docs.Tests;

/// <summary>The manual's commands from images to recommendations by two models behind a server, as in the paper's Fig. 7.</summary>
public sealed partial class PaperPipelineTests : IDisposable
{
    private const int Items = 24, Users = 40;
    private readonly string _folder = Directory.CreateTempSubdirectory("tessera-paper-").FullName;

    [Fact]
    public void The_commands_work_in_their_order_and_print_what_the_manual_shows()
    {
        string section = Repository.Read("docs/manual.md").Split("#### The paper's Fig. 7\n")[1];
        string[] commands = [.. Repository.Blocks(section, "sh")[0].TrimEnd().Split('\n')];
        string shown = Repository.Blocks(section, "text")[0];
        using ModelServerProcess server = ModelServerProcess.Start("--chat-model", Model(commands[0]), "--embedding-model", Model(commands[1]));
        MakeClothing(user: commands[^1].Split(' ')[^1]);
        foreach (string command in commands)
        {
            string[] args = Regex.Replace(command, @"http://localhost:\d+/v1", $"{server.Address}").Split(' ')[1..];
            (int code, string output, string error) = TesseraProcess.Run(_folder, args[0] == "train" ? [.. args, "--set", "epochs=1"] : args);
            Assert.True(code == 0, $"{command}: {error}");
            if (command == commands[0]) Assert.Equal(WithoutSeconds(shown), WithoutSeconds(output));
        }

        FeatureFolder features = FeatureFolder.Read(Path.Combine(_folder, "clothing/data"));
        Assert.Equal(["image 0", "text 1"], features.Modalities.Select(modality => $"{modality.Name} {modality.MissingCount}"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Model(string command) => command.Split("--model ")[1].Split(' ')[0];

    /// <summary>A data set of pictures, one of which has no text.</summary>
    private void MakeClothing(string user)
    {
        string data = Path.Combine(_folder, "clothing/data");
        DatasetWriter.Write(SyntheticDataset.Create(new SyntheticDatasetOptions { Users = Users, Items = Items, MeanInteractions = 6 }).Dataset, data);
        foreach (string features in Directory.GetFiles(data, "*_feat.npy")) File.Delete(features);
        string[] items = [.. Enumerable.Range(0, Items).Select(item => $"B{item:000000}SEN")];
        DatasetWriter.WriteIds(data, [user, .. Enumerable.Range(1, Users - 1).Select(number => $"A{number}")], items);
        File.WriteAllLines(Path.Combine(data, "items.jsonl"), items.Select((item, number) =>
        {
            File.WriteAllBytes(Path.Combine(data, $"{item}.png"), Picture(number));
            var json = new JsonObject { ["item"] = item, ["image"] = $"{item}.png" };
            if (number > 0) json["title"] = $"thing {number}";
            return json.ToJsonString();
        }));
    }

    private static byte[] Picture(int number)
    {
        using var picture = new SKBitmap(new SKImageInfo(96, 64));
        picture.Erase(new SKColor((byte)(10 * number), (byte)(255 - (10 * number)), 90));
        using SKData png = picture.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    /// <summary>Printed text but for the seconds, which are others each time, and the width that they give to their columns.</summary>
    private static string WithoutSeconds(string output) => Rule().Replace(Seconds().Replace(output, "seconds"), " ").Trim();

    [GeneratedRegex(@"seconds[ │\dE.-]+")]
    private static partial Regex Seconds();

    [GeneratedRegex(@"[ ─]+")]
    private static partial Regex Rule();
}
