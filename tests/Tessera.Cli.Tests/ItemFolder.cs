using System.Text.Json.Nodes;
using Tessera.Encoders.Encodings;

namespace Tessera.Cli.Tests;

/// <summary>Makes folders with an item table.</summary>
internal static class ItemFolder
{
    private static readonly string[] Words = ["red", "wooden", "chair", "table", "lamp", "blue", "soft", "sofa", "garden", "glass"];

    /// <summary>A data set of items p0, p1, …, each with a title of four words, and every third one without an image.</summary>
    public static string Create(Workplace work, int items)
    {
        string folder = work.New("items");
        Directory.CreateDirectory(folder);
        File.WriteAllLines(Path.Combine(folder, "shop.inter"), ["userID\titemID\tx_label", .. Enumerable.Range(0, items).Select(i => $"0\t{i}\t0")]);
        File.WriteAllLines(Path.Combine(folder, "items.jsonl"), Enumerable.Range(0, items).Select(i =>
        {
            var json = new JsonObject { ["item"] = $"p{i}", ["title"] = Title(i) };
            if (i % 3 == 0) return json.ToJsonString();
            File.WriteAllBytes(Path.Combine(folder, $"{i}.png"), ItemImages.Sample.Data.ToArray());
            json["image"] = $"{i}.png";
            return json.ToJsonString();
        }));
        return folder;
    }

    public static string Title(int item) => string.Join(' ', Enumerable.Range(0, 4).Select(w => Words[(item * (w + 1) + (w * w)) % Words.Length]));
}
