using Spectre.Console;

namespace Tessera.Cli.Output;

/// <summary>Shows work in stages on the console of errors: one changing line on a terminal, else a line now and then.</summary>
internal static class StageDisplay
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(10);

    /// <summary>Does the work, showing the progress it reports.</summary>
    /// <param name="console">Where to show it.</param>
    /// <param name="start">The line before the first report.</param>
    /// <param name="describe">The line of a report, given the time since the start.</param>
    /// <param name="work">The work.</param>
    /// <param name="clock">Tells the time; null for the system's.</param>
    public static TResult Follow<TProgress, TResult>(
        IAnsiConsole console, string start, Func<TProgress, TimeSpan, string> describe, Func<IProgress<TProgress>, TResult> work, TimeProvider? clock = null) =>
        console.Profile.Capabilities.Interactive
            ? console.Status().Start(start, context => work(new Lines<TProgress>(line => context.Status(Markup.Escape(line)), describe, TimeSpan.Zero, clock)))
            : work(new Lines<TProgress>(console.Profile.Out.Writer.WriteLine, describe, BetweenLines, clock));

    private sealed class Lines<TProgress>(Action<string> write, Func<TProgress, TimeSpan, string> describe, TimeSpan between, TimeProvider? clock)
        : IProgress<TProgress>
    {
        private readonly TimeProvider _clock = clock ?? TimeProvider.System;
        private readonly long _start = (clock ?? TimeProvider.System).GetTimestamp();
        private TimeSpan _shown;

        public void Report(TProgress value)
        {
            TimeSpan elapsed = _clock.GetElapsedTime(_start);
            if (elapsed - _shown < between) return;
            _shown = elapsed;
            write(describe(value, elapsed));
        }
    }
}
