using System.Text.Json.Nodes;
using Spectre.Console;
using Tessera.Features.Filtering;

namespace Tessera.Cli.Output;

/// <summary>The sizes of catalogues as text and JSON.</summary>
internal static class CatalogueOutput
{
    /// <summary>One column a catalogue.</summary>
    public static void Print(IAnsiConsole console, string name, params IReadOnlyList<(string Header, CatalogueStatistics Size)> catalogues)
    {
        TextTable table = new(1, [name, .. catalogues.Select(catalogue => catalogue.Header)]);
        Row("users", size => Figures.Count(size.Users));
        Row("items", size => Figures.Count(size.Items));
        Row("events", size => Figures.Count(size.Events));
        Row("distinct pairs of user and item", size => Figures.Count(size.Pairs));
        Row("sparsity", size => $"{Figures.Mean(100 * size.Sparsity)} %");
        table.PrintTo(console);

        void Row(string label, Func<CatalogueStatistics, string> figure) =>
            table.Row([label, .. catalogues.Select(catalogue => figure(catalogue.Size))]);
    }

    public static JsonObject ToJson(CatalogueStatistics size) => new()
    {
        ["users"] = size.Users,
        ["items"] = size.Items,
        ["events"] = size.Events,
        ["pairs"] = size.Pairs,
        ["sparsity"] = size.Sparsity,
    };
}
