using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Tessera.Studies.Reports;

/// <summary>
/// Makes of a drawing an SVG that reads well everywhere: it takes its ink from the page, says what it shows to those who cannot see it, leaves the shapes
/// of letters to the reader's machine, and is small.
/// </summary>
internal static partial class FigureSvg
{
    /// <summary>Fonts as wide as the one that the drawing was laid out by.</summary>
    private const string FontFamily = "Arial, Liberation Sans, Helvetica, sans-serif";

    private const string Colors = """
        svg { --ink: #1b1b1b; --paper: #fff }
        @media screen and (prefers-color-scheme: dark) { svg { --ink: #e8e8e4; --paper: #16181b } }
        """;

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";
    private static readonly string[] Measures = ["d", "x", "y", "width", "height", "cx", "cy", "rx", "ry", "points", "transform"];

    /// <summary>The figure as a part of a page that has <c>--ink</c>.</summary>
    /// <param name="id">Tells the figure from the page's others.</param>
    public static XElement Of(Figure figure, Drawing drawing, string id)
    {
        XElement root = XElement.Parse(drawing.Svg());
        foreach (XElement group in root.Elements(Svg + "g").Where(group => group.Attribute("clip-path") is not null).ToArray()) group.ReplaceWith(group.Elements());
        root.Descendants(Svg + "clipPath").Remove();
        root.Descendants().Where(element => IsInvisible(element)).Remove();
        foreach (XElement element in root.Descendants().ToArray()) Lighten(element);
        var svg = new XElement(
            Svg + "svg", new XAttribute("role", "img"), new XAttribute("aria-labelledby", $"{id}-title {id}-description"),
            new XAttribute("viewBox", $"0 0 {PlotStyle.Width} {drawing.Height}"), new XAttribute("font-family", FontFamily),
            new XElement(Svg + "title", new XAttribute("id", $"{id}-title"), PlainText.Of(figure.Title)),
            new XElement(Svg + "desc", new XAttribute("id", $"{id}-description"), PlainText.Of(figure.Description)));
        svg.Add(root.Elements());
        return svg;
    }

    /// <summary>The same as a file by itself, on paper of its own.</summary>
    public static string File(XElement figure, Drawing drawing)
    {
        var svg = new XElement(figure);
        svg.Add(new XAttribute("width", PlotStyle.Width), new XAttribute("height", drawing.Height));
        svg.Elements(Svg + "desc").Single().AddAfterSelf(
            new XElement(Svg + "style", Colors),
            new XElement(Svg + "rect", new XAttribute("width", "100%"), new XAttribute("height", "100%"), new XAttribute("fill", "var(--paper)")));
        return svg.ToString(SaveOptions.DisableFormatting) + "\n";
    }

    private static bool IsInvisible(XElement element) =>
        (string?)element.Attribute("fill-opacity") == "0" || (string?)element.Attribute("stroke-opacity") == "0";

    private static void Lighten(XElement element)
    {
        element.Attributes("stroke-miterlimit").Remove();
        if (element.Name == Svg + "text") Center(element);
        foreach (XAttribute attribute in element.Attributes())
        {
            if (Measures.Contains(attribute.Name.LocalName)) attribute.Value = Decimals().Replace(attribute.Value, match => Rounded(Number(match)));
            if (attribute.Name.LocalName is "fill" or "stroke" && attribute.Value == PlotStyle.Ink.ToHex()) attribute.Value = "var(--ink)";
        }
    }

    /// <summary>A text about its middle instead of a place for each letter, so that a font a little wider or narrower stays where it should.</summary>
    private static void Center(XElement text)
    {
        double[] places = [.. Decimals().Matches((string)text.Attribute("x")!).Select(Number)];
        text.Value = text.Value.Trim();
        float width = PlotFont.Width(text.Value, (float)text.Attribute("font-size")!);
        text.SetAttributeValue("x", (places[0] + width / 2).ToString(CultureInfo.InvariantCulture));
        text.SetAttributeValue("y", ((string)text.Attribute("y")!).TrimEnd(' ', ','));
        text.SetAttributeValue("text-anchor", "middle");
        text.SetAttributeValue("font-family", null);
    }

    private static double Number(Match match) => double.Parse(match.Value, CultureInfo.InvariantCulture);

    private static string Rounded(double measure) => measure.ToString("0.#", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"-?\d+(\.\d+)?(e-?\d+)?")]
    private static partial Regex Decimals();
}
