using System.Diagnostics;
using Spectre.Console;
using Tessera.Features.Importing;

namespace Tessera.Cli.Output;

/// <summary>Shows an import on the console of errors: one changing line on a terminal, else a line now and then.</summary>
internal static class ImportDisplay
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);

    /// <summary>Does the work, showing the progress it reports.</summary>
    public static ImportResult Follow(IAnsiConsole console, Func<IProgress<ImportProgress>, ImportResult> work) =>
        console.Profile.Capabilities.Interactive
            ? console.Status().Start("events", context => work(new Lines(line => context.Status(Markup.Escape(line)), TimeSpan.Zero)))
            : work(new Lines(console.Profile.Out.Writer.WriteLine, BetweenLines));

    private sealed class Lines(Action<string> write, TimeSpan between) : IProgress<ImportProgress>
    {
        private readonly Stopwatch _clock = Stopwatch.StartNew();
        private TimeSpan _shown;

        public void Report(ImportProgress value)
        {
            if (_clock.Elapsed - _shown < between) return;
            _shown = _clock.Elapsed;
            string events = $"{Figures.Count(value.Events)} events";
            string rate = $"{Figures.Count((long)(value.Events / _clock.Elapsed.TotalSeconds))}/s";
            write(value.Stage == "events" ? $"{events} ({Figures.Percent(value.Share)} of the file), {rate}" : $"{value.Stage}: {events} read");
        }
    }
}
