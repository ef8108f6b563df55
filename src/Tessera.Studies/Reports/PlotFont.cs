using ScottPlot;
using SkiaSharp;

namespace Tessera.Studies.Reports;

/// <summary>The font of the figures, as wide as Arial and the same on every machine.</summary>
internal sealed class PlotFont : IFontResolver
{
    public const string Name = "Liberation Sans";

    private const char Unknown = '\u25A1'; // an empty square
    private static readonly PlotFont Instance = new();
    private readonly SKTypeface _typeface;

    static PlotFont() => Fonts.FontResolvers.Insert(0, Instance);

    private PlotFont()
    {
        using Stream font = typeof(PlotFont).Assembly.GetManifestResourceStream("LiberationSans-Regular.ttf")!;
        _typeface = SKTypeface.FromStream(font);
    }

    /// <summary>Has the texts of a plot written in the font.</summary>
    public static void Use(Plot plot) => plot.Font.Set(Name); // a call, unlike the name alone, has the font registered first

    /// <summary>Width of a line of text in pixels.</summary>
    public static float Width(string text, float size)
    {
        using var font = new SKFont(Instance._typeface, size);
        return font.MeasureText(text);
    }

    /// <summary>Width of the widest of some lines, 0 for none.</summary>
    public static float Widest(IEnumerable<string> lines, float size) => lines.Select(line => Width(line, size)).DefaultIfEmpty(0).Max();

    /// <summary>The text, with a square for each character that the font has not.</summary>
    public static string Drawable(string text)
    {
        using var font = new SKFont(Instance._typeface);
        return string.Concat(PlainText.Of(text).EnumerateRunes().Select(rune => font.ContainsGlyph(rune.Value) ? rune.ToString() : $"{Unknown}"));
    }

    /// <summary>The same on several lines where it is long, broken between words.</summary>
    /// <param name="width">Longest line in pixels; a longer word has a line of its own.</param>
    public static string Wrapped(string text, float size, float width)
    {
        List<string> lines = [];
        foreach (string word in Drawable(text).Split(' '))
        {
            if (lines.Count > 0 && Width($"{lines[^1]} {word}", size) <= width) lines[^1] += $" {word}";
            else lines.Add(word);
        }

        return string.Join('\n', lines);
    }

    public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) => fontName == Name ? _typeface : null;

    public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) => fontName == Name ? _typeface : null;
}
