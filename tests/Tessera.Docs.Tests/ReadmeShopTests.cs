using System.Globalization;
using System.Text.Json.Nodes;
using SkiaSharp;

namespace Tessera.Docs.Tests;

/// <summary>The shop of the README, with its sample rows among others.</summary>
public sealed class ReadmeShopTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tessera-shop-").FullName;

    [Fact]
    public void The_sample_rows_survive_the_readmes_own_commands()
    {
        string readme = Repository.Read("README.md");
        string[] sample = [.. Repository.Blocks(readme, "text").Single(block => block.StartsWith("ratings.csv", StringComparison.Ordinal)).TrimEnd().Split('\n').Select(line => line[15..].Trim())];
        string[] row = sample[1].Split(',');
        JsonObject item = JsonNode.Parse(sample[2])!.AsObject();
        Directory.CreateDirectory(Path.Combine(_folder, "images"));
        IEnumerable<string> events =
            from user in Enumerable.Range(0, 20)
            from n in Enumerable.Range(0, 8)
            let id = (user + (n * n)) % 20
            where (user, id) != (0, 0)
            select $"{(user == 0 ? row[0] : $"u{user}")},{(id == 0 ? row[1] : $"i{id}")},5,{long.Parse(row[3], CultureInfo.InvariantCulture) + n + 1}";
        File.WriteAllLines(Path.Combine(_folder, "ratings.csv"), [sample[0], sample[1], .. events.Distinct()]);
        File.WriteAllLines(Path.Combine(_folder, "items.jsonl"), Enumerable.Range(0, 20).Select(n =>
        {
            JsonObject record = item.DeepClone().AsObject();
            if (n > 0) record["item"] = $"i{n}";
            record["title"] = $"thing number{n % 7} of kind{n % 3}";
            record["image"] = $"images/{n}.png";
            File.WriteAllBytes(Path.Combine(_folder, (string)record["image"]!), Picture((byte)(12 * n)));
            return record.ToJsonString();
        }));

        string[] commands = [.. Repository.Blocks(readme, "sh").Single(block => block.StartsWith("tessera data import", StringComparison.Ordinal)).TrimEnd().Split('\n')];
        File.WriteAllText(Path.Combine(_folder, "new.jsonl"), """{"item": "new", "title": "thing number3 of kind1"}""" + "\n");
        List<string> outputs = [];
        foreach (string command in commands)
        {
            string[] args = command.Split(' ')[1..];
            (int code, string output, string error) = TesseraProcess.Run(_folder, args[0] == "train" ? [.. args, "--set", "epochs=2"] : args);
            Assert.True(code == 0, $"{command}: {error}");
            outputs.Add(output);
        }

        Assert.StartsWith($"User {row[0]}: ", outputs[^3], StringComparison.Ordinal);
        Assert.Contains(" % of these scores\n", outputs[^3], StringComparison.Ordinal);
        Assert.Contains("thing number", outputs[^2], StringComparison.Ordinal);
        Assert.Contains("1 item", outputs[^1], StringComparison.Ordinal);
        Assert.Contains($"\n{row[1]}\t", File.ReadAllText(Path.Combine(_folder, "shop/data/i_id_mapping.csv")), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static byte[] Picture(byte shade)
    {
        using var picture = new SKBitmap(new SKImageInfo(32, 32));
        picture.Erase(new SKColor(shade, (byte)(255 - shade), 90));
        using SKData png = picture.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }
}
