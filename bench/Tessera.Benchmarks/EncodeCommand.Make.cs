using System.Text;
using System.Text.Json.Nodes;
using SkiaSharp;
using Tessera.Compute.Random;
using Tessera.Encoders.Onnx;

namespace Tessera.Benchmarks;

internal static partial class EncodeCommand
{
    /// <summary>Writes a table of items with a plot each, in words of MiniLM's vocabulary; gives the texts that the encoder is given.</summary>
    private static string[] MakeTexts(string folder, int count)
    {
        var rng = new Rng(1);
        string vocabulary = Encoding.UTF8.GetString(PackagedWeights.ReadMiniLm("vocab.txt")).ReplaceLineEndings("\n");
        string[] words = [.. vocabulary.Split('\n').Where(word => word.Length > 1 && word.All(char.IsAsciiLetterLower))];
        string[] plots = [.. Enumerable.Range(0, count).Select(_ => Plot(17 + rng.Next(181)))];
        WriteTable(folder, plots.Select((plot, item) => new JsonObject { ["item"] = $"i{item}", ["plot"] = plot }));
        return [.. plots.Select(plot => "plot: " + plot)];

        string Plot(int length) => string.Join(' ', Enumerable.Range(0, length).Select(_ => words[rng.Next(words.Length)]));
    }

    /// <summary>Writes a table of items with a picture each: colored shapes under some noise, as JPEG files of about 40 KB.</summary>
    private static void MakePictures(string folder, int count)
    {
        var rng = new Rng(2);
        WriteTable(folder, Enumerable.Range(0, count).Select(item => new JsonObject { ["item"] = $"i{item}", ["image"] = $"{item}.jpg" }));
        using var picture = new SKBitmap(300, 450, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var canvas = new SKCanvas(picture);
        for (int item = 0; item < count; item++)
        {
            canvas.Clear(Color());
            for (int shape = 0; shape < 30; shape++)
            {
                using var paint = new SKPaint { Color = Color(), IsAntialias = true };
                canvas.DrawCircle(rng.Next(300), rng.Next(450), 5 + rng.Next(80), paint);
            }

            Span<byte> pixels = picture.GetPixelSpan();
            foreach (ref byte shade in pixels) shade = (byte)Math.Clamp(shade + rng.Next(17) - 8, 0, 255);
            using FileStream file = File.Create(Path.Combine(folder, $"{item}.jpg"));
            picture.Encode(file, SKEncodedImageFormat.Jpeg, 85);
        }

        SKColor Color() => new((byte)rng.Next(256), (byte)rng.Next(256), (byte)rng.Next(256));
    }

    private static void WriteTable(string folder, IEnumerable<JsonObject> items)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllLines(Path.Combine(folder, "items.jsonl"), items.Select(item => item.ToJsonString()));
    }
}
