using Tessera.Data;

namespace Tessera.Encoders.Images;

/// <summary>Turns samples of a PNG row into red, green and blue over white.</summary>
internal sealed class PngPixels
{
    private readonly PngFile _file;
    private readonly string _name;
    private readonly int _highest;
    private readonly int _channels;
    private readonly int[] _transparent;

    public PngPixels(PngFile file, string name)
    {
        (_file, _name, _highest, _channels) = (file, name, (1 << file.Depth) - 1, file.Channels);
        _transparent = file.ColorType is PngFile.Grayscale or PngFile.Truecolor
            ? [.. file.Transparency.Chunk(2).Select(pair => (pair[0] << 8) | pair[1])]
            : [];
    }

    /// <summary>Converts pixel <paramref name="index"/> of a row.</summary>
    /// <exception cref="InvalidInputException">An index is outside the palette.</exception>
    public void Convert(ReadOnlySpan<byte> row, int index, Span<byte> rgb)
    {
        if (_file.ColorType == PngFile.Indexed)
        {
            ConvertIndex(Sample(row, index), rgb);
            return;
        }

        int colors = _channels >= 3 ? 3 : 1, first = index * _channels;
        bool matches = _transparent.Length > 0;
        int alpha = _channels > colors ? Scaled(Sample(row, first + colors)) : 255;
        for (int channel = 0; channel < colors; channel++)
        {
            int sample = Sample(row, first + channel);
            matches = matches && sample == _transparent[channel];
            rgb[channel] = RgbImage.OverWhite(Scaled(sample), alpha);
        }

        if (colors == 1) rgb[2] = rgb[1] = rgb[0];
        if (matches) rgb.Fill(255);
    }

    private void ConvertIndex(int index, Span<byte> rgb)
    {
        if (index * 3 >= _file.Palette.Length)
            throw PngFile.Damaged(_name, $"it uses color {index} of a palette of {_file.Palette.Length / 3}");
        int alpha = index < _file.Transparency.Length ? _file.Transparency[index] : 255;
        for (int channel = 0; channel < 3; channel++) rgb[channel] = RgbImage.OverWhite(_file.Palette[(index * 3) + channel], alpha);
    }

    private int Scaled(int sample) => _file.Depth == 8 ? sample : ((sample * 255) + (_highest / 2)) / _highest;

    private int Sample(ReadOnlySpan<byte> row, int index)
    {
        if (_file.Depth == 8) return row[index];
        if (_file.Depth == 16) return (row[2 * index] << 8) | row[(2 * index) + 1];
        int bit = index * _file.Depth;
        return (row[bit / 8] >> (8 - _file.Depth - (bit % 8))) & _highest;
    }
}
