using System.Globalization;
using Tessera.Compute.Random;
using Tessera.Data.EventLogs;

namespace Tessera.Cli.Demo;

/// <summary>A product of the made-up shop: what it looks like, and what is said of it.</summary>
internal sealed record Product
{
    /// <summary>The fields of its texts that the model learns from.</summary>
    public static readonly IReadOnlyList<string> TextFields = ["title", "description"];

    /// <summary>Draws a product.</summary>
    public Product(Rng rng)
    {
        Kind = rng.Next(Assortment.Kinds.Count);
        Color = rng.Next(Assortment.Colors.Count);
        Pattern = rng.Next(Assortment.Patterns.Count);
        Second = (Color + 1 + rng.Next(Assortment.Colors.Count - 1)) % Assortment.Colors.Count;
        Material = Assortment.Kinds[Kind].FirstMaterial + rng.Next(Assortment.MaterialsOfKind);
        Style = rng.Next(Assortment.Styles.Count);
        Place = rng.Next(Assortment.Places.Count);
        Feature = rng.Next(Assortment.Features.Count);
        Cents = (Assortment.Kinds[Kind].Price * (70 + rng.Next(81))) + 90 - (rng.Next(2) * 40);
        Size = 78 + rng.Next(19);
        Period = 26 + (2 * rng.Next(8));
        Light = rng.Next(25) - 12;
    }

    public int Kind { get; }

    public int Color { get; }

    /// <summary>The second color, of pattern and trim.</summary>
    public int Second { get; }

    public int Pattern { get; }

    public int Material { get; }

    public int Style { get; }

    public int Place { get; }

    public int Feature { get; }

    public int Cents { get; }

    /// <summary>How much of its picture it fills, in percent.</summary>
    public int Size { get; }

    /// <summary>Steps after which its pattern comes again.</summary>
    public int Period { get; }

    /// <summary>By how much the light in its picture differs from the usual.</summary>
    public int Light { get; }

    /// <summary>Its name, such as <c>Striped red mug</c>.</summary>
    public string Title => $"{Capital(PatternName)} {ColorName} {KindName}";

    /// <summary>Its line of an item table.</summary>
    /// <param name="image">Absolute path of its picture.</param>
    public ItemRecord ToRecord(string id, string image)
    {
        string material = Assortment.Materials[Material], style = Assortment.Styles[Style];
        return new ItemRecord(id, new OrderedDictionary<string, string>
        {
            ["title"] = Title,
            ["description"] = $"{Capital(style)} {material} for {Assortment.Places[Place]}. {Assortment.Features[Feature]}",
            ["kind"] = KindName,
            ["color"] = ColorName,
            ["pattern"] = PatternName,
            ["material"] = material,
            ["style"] = style,
            ["price"] = (Cents / 100m).ToString("0.00", CultureInfo.InvariantCulture),
        }, image);
    }

    private string KindName => Assortment.Kinds[Kind].Name;

    private string ColorName => Assortment.Colors[Color].Name;

    private string PatternName => Assortment.Patterns[Pattern].Name;

    private static string Capital(string words) => char.ToUpperInvariant(words[0]) + words[1..];
}
