namespace Tessera.Cli.Demo;

/// <summary>What the made-up shop's products can be, each quality with the words for it.</summary>
internal static class Assortment
{
    /// <summary>How many materials a kind of product may be made of.</summary>
    public const int MaterialsOfKind = 4;

    private const int Tableware = 0, Textile = 1 * MaterialsOfKind, Furniture = 2 * MaterialsOfKind;

    public static readonly IReadOnlyList<string> Materials =
        ["stoneware", "porcelain", "glass", "enamel", "cotton", "linen", "wool", "felt", "oak", "steel", "bamboo", "rattan"];

    public static readonly IReadOnlyList<Kind> Kinds =
    [
        new("mug", Tableware, 9, Silhouette.Mug), new("bowl", Tableware, 14, Silhouette.Bowl), new("vase", Tableware, 24, Silhouette.Vase),
        new("bag", Textile, 29, Silhouette.Bag), new("shirt", Textile, 25, Silhouette.Shirt), new("hat", Textile, 19, Silhouette.Hat),
        new("cushion", Textile, 17, Silhouette.Cushion), new("chair", Furniture, 89, Silhouette.Chair), new("lamp", Furniture, 59, Silhouette.Lamp),
    ];

    public static readonly IReadOnlyList<Color> Colors =
    [
        new("red", 204, 40, 44), new("orange", 238, 128, 34), new("yellow", 244, 208, 56), new("lime", 150, 200, 48), new("green", 36, 128, 62), new("turquoise", 40, 178, 170),
        new("blue", 40, 84, 190), new("purple", 118, 56, 160), new("pink", 240, 130, 176), new("brown", 122, 78, 44), new("gray", 138, 140, 144), new("black", 44, 44, 50),
    ];

    public static readonly IReadOnlyList<Pattern> Patterns =
    [
        new("plain", Weave.Plain), new("striped", Weave.Striped), new("banded", Weave.Banded), new("checked", Weave.Checked), new("dotted", Weave.Dotted),
        new("zigzag", Weave.Zigzag), new("diagonal", Weave.Diagonal),
    ];

    public static readonly IReadOnlyList<string> Styles = ["rustic", "Nordic", "retro", "romantic", "playful", "minimalist", "nautical", "industrial"];

    public static readonly IReadOnlyList<string> Places = ["the garden", "camping", "the office", "the nursery", "the seaside", "long evenings", "the kitchen", "parties", "traveling"];

    public static readonly IReadOnlyList<string> Features = ["Made by hand.", "Easy to clean.", "One of a kind.", "From recycled material.", "Light and sturdy.", "A fine gift."];

    /// <summary>A kind of product.</summary>
    /// <param name="Name">What it is called.</param>
    /// <param name="FirstMaterial">Number of the first material that it may be made of.</param>
    /// <param name="Price">About what it costs.</param>
    /// <param name="PartAt">What its picture shows at a place.</param>
    public sealed record Kind(string Name, int FirstMaterial, int Price, Func<int, int, Part> PartAt);

    /// <summary>A color: red, green and blue, 0 to 255.</summary>
    public sealed record Color(string Name, byte Red, byte Green, byte Blue);

    /// <summary>A pattern in two colors.</summary>
    /// <param name="Name">What it is called.</param>
    /// <param name="HasSecond">Whether a place has the second color, for a pattern that comes again every so many steps.</param>
    public sealed record Pattern(string Name, Func<int, int, int, bool> HasSecond);
}
