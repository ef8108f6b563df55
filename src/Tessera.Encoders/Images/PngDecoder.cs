using System.IO.Compression;
using Tessera.Data;

namespace Tessera.Encoders.Images;

/// <summary>Decodes the pixels of a PNG file: any color type and depth, interlaced or not.</summary>
/// <remarks>One row is inflated at a time, and nothing behind the last one that the header announces.</remarks>
internal sealed class PngDecoder(PngFile file, ImageHeader header, string name)
{
    private static readonly (int X, int Y, int StepX, int StepY)[] Adam7 =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    private readonly byte[] _pixels = new byte[header.Width * header.Height * 3];
    private readonly PngPixels _converter = new(file, name);

    /// <summary>The image, samples of 16 bits rounded to 8, transparent pixels over white.</summary>
    /// <exception cref="InvalidInputException">The pixels are truncated or damaged.</exception>
    public RgbImage Decode()
    {
        using var inflated = new ZLibStream(file.Data, CompressionMode.Decompress);
        try
        {
            if (!file.Interlaced) DecodePass(inflated, 0, 0, 1, 1);
            else foreach ((int x, int y, int stepX, int stepY) in Adam7) DecodePass(inflated, x, y, stepX, stepY);
        }
        catch (Exception cause) when (cause is InvalidDataException or IOException)
        {
            throw PngFile.Damaged(name, "its pixels are truncated or not as they were compressed", cause);
        }

        return new RgbImage(header.Width, header.Height, _pixels);
    }

    private void DecodePass(ZLibStream inflated, int left, int top, int stepX, int stepY)
    {
        int width = (header.Width - left + stepX - 1) / stepX;
        if (width <= 0) return;
        int bits = file.Depth * file.Channels;
        int distance = Math.Max(1, bits / 8);
        byte[] row = new byte[1 + (((width * bits) + 7) / 8)];
        byte[] above = new byte[row.Length];
        for (int y = top; y < header.Height; y += stepY)
        {
            inflated.ReadExactly(row);
            Unfilter(row.AsSpan(1), above.AsSpan(1), distance, row[0]);
            Span<byte> target = _pixels.AsSpan(y * header.Width * 3);
            for (int i = 0; i < width; i++) _converter.Convert(row.AsSpan(1), i, target.Slice((left + (i * stepX)) * 3, 3));
            (row, above) = (above, row);
        }
    }

    /// <summary>Adds to each byte what its row's filter predicts from the bytes to the left, above and above left.</summary>
    private void Unfilter(Span<byte> row, ReadOnlySpan<byte> above, int distance, int filter)
    {
        if (filter > 4) throw PngFile.Damaged(name, $"it has a row of filter type {filter}, which the format does not have");
        if (filter == 0) return;
        for (int i = 0; i < row.Length; i++)
        {
            int left = i >= distance ? row[i - distance] : 0;
            int corner = i >= distance ? above[i - distance] : 0;
            row[i] += (byte)(filter switch
            {
                1 => left,
                2 => above[i],
                3 => (left + above[i]) / 2,
                _ => Paeth(left, above[i], corner),
            });
        }
    }

    private static int Paeth(int left, int above, int corner)
    {
        int estimate = left + above - corner;
        int toLeft = Math.Abs(estimate - left), toAbove = Math.Abs(estimate - above), toCorner = Math.Abs(estimate - corner);
        if (toLeft <= toAbove && toLeft <= toCorner) return left;
        return toAbove <= toCorner ? above : corner;
    }
}
