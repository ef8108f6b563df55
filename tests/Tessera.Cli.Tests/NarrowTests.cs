using Tessera.Cli.Output;

namespace Tessera.Cli.Tests;

/// <summary>Tables on a console of 60 columns.</summary>
public sealed class NarrowTests
{
    private const int Width = 60;

    [Fact]
    public void A_table_that_fits_is_drawn()
    {
        string[] lines = Print(new TextTable(1, "data set", "name").Row("interactions per user", "12.34").Row("items", "7"));
        Assert.Contains("│ interactions per user │ 12.34 │", lines);
    }

    [Fact]
    public void A_table_that_does_not_fit_is_a_block_a_row_with_no_number_broken()
    {
        string[] lines = Print(new TextTable(1, "model", "users", "Recall@10", "Recall@20", "NDCG@10", "NDCG@20")
            .Row("popularity", "1,200", "0.0687", "0.1112", "0.0421", "0.0545").Row("LIRDRec", "1,200", "0.2550", "0.3555", "0.1731", "0.2027"));
        Assert.Equal(["model popularity", "  users      1,200", "  Recall@10  0.0687"], lines[..3]);
        Assert.Equal("model LIRDRec", lines[6]);
        Assert.Equal("  NDCG@20    0.2027", lines[^1]);
    }

    [Fact]
    public void Names_and_values_that_do_not_fit_as_a_table_stay_side_by_side()
    {
        string[] lines = Print(new TextTable(1, "data set", "shop").Row("users", "120").Row("modality image", "584 dimensions by color-hog, 12 items without any of them"));
        Assert.Equal(["users           120", "modality image", "  584 dimensions by color-hog, 12 items without any of them"], lines);
    }

    [Fact]
    public void A_last_column_of_text_is_wrapped()
    {
        string[] lines = Print(new TextTable(3, "option", "default", "meaning").Row("learningRate", "0.0001", string.Join(' ', Enumerable.Repeat("word", 30))));
        Assert.Contains(lines, line => line.Contains("│ learningRate │ 0.0001  │ word word", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_tables_lines_stay_within_the_width()
    {
        TextTable[] tables =
        [
            new TextTable(5, "option", "type", "default", "range", "meaning").Row("itemGraphWeights", "weights as name:number,name:number or null", "null", "0 or more", "weight of each modality in the item-item graph"),
            new TextTable(2, "modality", "encoder", "items", "dimensions", "encoded", "cached", "missing").Row("image", "color-hog", "9,724", "584", "9,724", "0", "12"),
            new TextTable(3, "rank", "item", "title", "score", "image", "text", "shared").Row("1", "374", "Toy Story (1995)", "3.1782", "0.6270", "1.3141", "1.2371"),
        ];
        foreach (TextTable table in tables) Assert.All(Print(table), line => Assert.InRange(line.Length, 0, Width));
    }

    private static string[] Print(TextTable table)
    {
        using var writer = new StringWriter();
        Spectre.Console.IAnsiConsole console = CliEnvironment.ConsoleOn(writer, isTerminal: false);
        console.Profile.Width = Width;
        table.PrintTo(console);
        return [.. writer.ToString().TrimEnd().Split('\n').Select(line => line.TrimEnd())];
    }
}
