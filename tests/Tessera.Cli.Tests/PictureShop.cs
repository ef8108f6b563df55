using System.Text.Json.Nodes;
using SkiaSharp;

namespace Tessera.Cli.Tests;

/// <summary>Makes data sets whose items have a title and a picture of one color each.</summary>
internal static class PictureShop
{
    public const int Items = 12, Users = 10;
    private static readonly (string Name, SKColor Color)[] Colors =
        [("red", new SKColor(220, 20, 30)), ("green", new SKColor(20, 200, 40)), ("blue", new SKColor(30, 40, 230)), ("white", new SKColor(250, 250, 250))];

    /// <summary>The color of an item's picture.</summary>
    public static string ColorOf(int item) => Colors[item % Colors.Length].Name;

    /// <summary>Imports events, titles and pictures and splits them; no two pictures are equally bright.</summary>
    /// <returns>The data set's folder.</returns>
    public static string Create(Workplace work)
    {
        string shop = work.New("shop"), log = Path.Combine(shop, "log"), data = Path.Combine(shop, "data");
        Directory.CreateDirectory(shop);
        for (int item = 0; item < Items; item++) File.WriteAllBytes(Path.Combine(shop, $"{item}.png"), Picture(item));
        File.WriteAllLines(Path.Combine(shop, "items.jsonl"), Enumerable.Range(0, Items).Select(item =>
            new JsonObject { ["item"] = $"p{item}", ["title"] = $"{ItemFolder.Title(item)} {item}", ["image"] = $"{item}.png" }.ToJsonString()));
        File.WriteAllLines(Path.Combine(shop, "events.csv"),
        [
            "user,item,timestamp",
            .. from user in Enumerable.Range(0, Users) from n in Enumerable.Range(0, 7) select $"u{user},p{((3 * user) + (5 * n)) % Items},{1_600_000_000 + n}",
        ]);
        foreach (string[] command in new string[][]
        {
            ["data", "import", "--format", "csv", "--events", Path.Combine(shop, "events.csv"), "--items", Path.Combine(shop, "items.jsonl"), "--out", log],
            ["data", "split", "--log", log, "--scheme", "random-8-1-1", "--out", data],
        })
        {
            Outcome outcome = work.Run(command);
            Assert.True(outcome.Code == 0, outcome.Error);
        }

        return data;
    }

    /// <summary>A PNG of 64 × 64 pixels, the item's color in the middle of a frame whose height tells items of one color apart.</summary>
    private static byte[] Picture(int item)
    {
        using var picture = new SKBitmap(new SKImageInfo(64, 64));
        using var canvas = new SKCanvas(picture);
        canvas.Clear(Colors[item % Colors.Length].Color);
        using var black = new SKPaint { Color = SKColors.Black };
        canvas.DrawRect(0, 0, 64, 1 + item, black);
        using SKData png = picture.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }
}
