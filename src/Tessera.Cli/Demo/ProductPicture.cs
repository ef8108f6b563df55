using SkiaSharp;

namespace Tessera.Cli.Demo;

/// <summary>Draws a product: every pixel is the mean of what its silhouette, pattern and colors give at a few places in it.</summary>
internal static class ProductPicture
{
    private const int Side = 80, Fineness = 3, Quality = 100;
    private const int Backdrop = 244, Shadow = 222;

    /// <summary>A PNG of 80 x 80 pixels.</summary>
    public static byte[] Draw(Product product)
    {
        using var picture = new SKBitmap(new SKImageInfo(Side, Side, SKColorType.Rgba8888, SKAlphaType.Opaque));
        Span<byte> pixels = picture.GetPixelSpan();
        for (int pixel = 0; pixel < Side * Side; pixel++)
        {
            int red = 0, green = 0, blue = 0;
            for (int place = 0; place < Fineness * Fineness; place++)
            {
                (int r, int g, int b) = ColorAt(product, Position(pixel % Side, place % Fineness), Position(pixel / Side, place / Fineness));
                (red, green, blue) = (red + r, green + g, blue + b);
            }

            Span<byte> rgba = pixels.Slice(4 * pixel, 4);
            (rgba[0], rgba[1], rgba[2], rgba[3]) = (Mean(red), Mean(green), Mean(blue), byte.MaxValue);
        }

        using SKData file = picture.Encode(SKEncodedImageFormat.Png, Quality);
        return file.ToArray();
    }

    /// <summary>From -110 to 110, which is a little more than a product takes.</summary>
    private static int Position(int pixel, int place) => (((pixel * Fineness) + place) * 221 / (Side * Fineness)) - 110;

    private static byte Mean(int sum) => (byte)Math.Clamp(sum / (Fineness * Fineness), 0, byte.MaxValue);

    private static (int Red, int Green, int Blue) ColorAt(Product product, int x, int y)
    {
        int acrossProduct = x * 100 / product.Size, downProduct = y * 100 / product.Size;
        Part part = Assortment.Kinds[product.Kind].PartAt(acrossProduct, downProduct);
        if (part == Part.Nothing)
        {
            int gray = (Silhouette.IsInOval(x, y, 0, product.Size * 94 / 100, 80, 9) ? Shadow : Backdrop) + product.Light;
            return (gray, gray, gray - 3);
        }

        bool isSecond = part == Part.Trim || Assortment.Patterns[product.Pattern].HasSecond(acrossProduct, downProduct, product.Period);
        Assortment.Color color = Assortment.Colors[isSecond ? product.Second : product.Color];
        int light = product.Light - (acrossProduct / 8); // it comes from the left
        return (color.Red + light, color.Green + light, color.Blue + light);
    }
}
