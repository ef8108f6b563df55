using System.Globalization;
using SkiaSharp;

namespace Tessera.ModelServer;

/// <summary>What a picture's pixels are like.</summary>
internal sealed record Picture(int Width, int Height, string Description)
{
    private const int Side = 64;

    /// <summary>Decodes a picture and looks at some 4,096 of its pixels; null where it is none.</summary>
    public static Picture? Decode(byte[] file)
    {
        using var data = SKData.CreateCopy(file);
        using var codec = SKCodec.Create(data);
        using SKBitmap? picture = codec is null ? null : SKBitmap.Decode(codec);
        if (picture is null) return null;
        var colors = new Dictionary<string, int>();
        double light = 0;
        int looked = 0;
        int stepX = Math.Max(1, picture.Width / Side), stepY = Math.Max(1, picture.Height / Side);
        for (int y = 0; y < picture.Height; y += stepY)
        {
            for (int x = 0; x < picture.Width; x += stepX)
            {
                SKColor pixel = picture.GetPixel(x, y);
                string name = NameOf(pixel);
                colors[name] = colors.GetValueOrDefault(name) + 1;
                light += ((0.299 * pixel.Red) + (0.587 * pixel.Green) + (0.114 * pixel.Blue)) / 255;
                looked++;
            }
        }

        (string Name, int Percent)[] shares =
        [
            .. colors.OrderByDescending(color => color.Value).ThenBy(color => color.Key, StringComparer.Ordinal)
                .Select(color => (color.Key, (int)Math.Round(100.0 * color.Value / looked))).Take(3),
        ];
        light /= looked;
        string brightness = light < 0.35 ? "dark" : light > 0.65 ? "bright" : "of medium brightness";
        string shape = picture.Width == picture.Height ? "square" : picture.Width > picture.Height ? "wide" : "tall";
        return new Picture(picture.Width, picture.Height, string.Create(
            CultureInfo.InvariantCulture,
            $"Colors: {string.Join(", ", shares.Select(share => $"{share.Name} {share.Percent}%"))}\nBrightness: {light:0.00}\nShape: {shape}\n"
            + $"A {shape} picture, mostly {shares[0].Name}, {brightness}."));
    }

    private static string NameOf(SKColor pixel)
    {
        pixel.ToHsv(out float hue, out float saturation, out float value); // 0 to 360, 0 to 100, 0 to 100
        if (value < 20) return "black";
        if (saturation < 15) return value > 85 ? "white" : "gray";
        return hue switch
        {
            < 15 or >= 345 => "red",
            < 45 => value < 60 ? "brown" : "orange",
            < 70 => "yellow",
            < 165 => "green",
            < 195 => "cyan",
            < 260 => "blue",
            < 300 => "purple",
            _ => "pink",
        };
    }
}
