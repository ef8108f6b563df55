using System.Text.Json.Nodes;
using Spectre.Console;
using Tessera.Data.Filtering;

namespace Tessera.Cli.Output;

/// <summary>The sizes of event logs as text and JSON.</summary>
internal static class EventLogOutput
{
    /// <summary>One column an event log.</summary>
    public static void Print(IAnsiConsole console, string name, params IReadOnlyList<(string Header, EventLogStatistics Size)> logs)
    {
        TextTable table = new(1, [name, .. logs.Select(log => log.Header)]);
        Row("users", size => Figures.Count(size.Users));
        Row("items", size => Figures.Count(size.Items));
        Row("events", size => Figures.Count(size.Events));
        Row("distinct pairs of user and item", size => Figures.Count(size.Pairs));
        Row("sparsity", size => $"{Figures.Mean(100 * size.Sparsity)} %");
        table.PrintTo(console);

        void Row(string label, Func<EventLogStatistics, string> figure) =>
            table.Row([label, .. logs.Select(log => figure(log.Size))]);
    }

    public static JsonObject ToJson(EventLogStatistics size) => new()
    {
        ["users"] = size.Users,
        ["items"] = size.Items,
        ["events"] = size.Events,
        ["pairs"] = size.Pairs,
        ["sparsity"] = size.Sparsity,
    };
}
