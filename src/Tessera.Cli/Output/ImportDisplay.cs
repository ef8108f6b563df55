using System.Diagnostics;
using Spectre.Console;
using Tessera.Data.Importing;

namespace Tessera.Cli.Output;

/// <summary>Shows an import on the error console: one changing line on a terminal, else a line now and then.</summary>
internal static class ImportDisplay
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(10);

    /// <summary>Does the work, showing the progress it reports.</summary>
    public static ImportResult Follow(IAnsiConsole console, Func<IProgress<ImportProgress>, ImportResult> work)
    {
        var time = Stopwatch.StartNew();
        if (console.Profile.Capabilities.Interactive)
        {
            return console.Status().Start("events", context =>
                work(new Listener<ImportProgress>(value => context.Status(Markup.Escape(Describe(value, time.Elapsed))))));
        }

        TimeSpan next = BetweenLines;
        return work(new Listener<ImportProgress>(value =>
        {
            TimeSpan elapsed = time.Elapsed;
            if (elapsed < next) return;
            next = elapsed + BetweenLines;
            console.Profile.Out.Writer.WriteLine(Describe(value, elapsed));
        }));
    }

    private static string Describe(ImportProgress value, TimeSpan elapsed)
    {
        string events = Figures.Counted(value.Events, "event");
        return value.Stage switch
        {
            "events" => $"{events} ({Figures.Percent(value.Share)} of the file), {Figures.Count((long)(value.Events / elapsed.TotalSeconds))}/s",
            "items" => $"items: {Figures.Percent(value.Share)} of the table",
            _ => $"{value.Stage}: {events} read",
        };
    }
}
