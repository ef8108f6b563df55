using Spectre.Console;
using Tessera.Data.Importing;

namespace Tessera.Cli.Output;

/// <summary>Shows an import on the console of errors.</summary>
internal static class ImportDisplay
{
    /// <summary>Does the work, showing the progress it reports.</summary>
    public static ImportResult Follow(IAnsiConsole console, Func<IProgress<ImportProgress>, ImportResult> work) =>
        StageDisplay.Follow<ImportProgress, ImportResult>(console, "events", Describe, work);

    private static string Describe(ImportProgress value, TimeSpan elapsed)
    {
        string events = $"{Figures.Count(value.Events)} events";
        return value.Stage switch
        {
            "events" => $"{events} ({Figures.Percent(value.Share)} of the file), {Figures.Count((long)(value.Events / elapsed.TotalSeconds))}/s",
            "items" => $"items: {Figures.Percent(value.Share)} of the table",
            _ => $"{value.Stage}: {events} read",
        };
    }
}
