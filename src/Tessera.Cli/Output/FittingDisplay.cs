using System.Diagnostics;
using Spectre.Console;
using Tessera.Features.Texts;

namespace Tessera.Cli.Output;

/// <summary>Shows the fitting of an encoder to texts on the console of errors: a bar on a terminal, else a line now and then.</summary>
internal static class FittingDisplay
{
    /// <summary>Leaves the rest room on a terminal of 80 columns.</summary>
    private const int BarWidth = 8;

    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(10);

    /// <summary>Does the work, showing the progress it reports.</summary>
    /// <param name="console">Where to show it.</param>
    /// <param name="name">What the encoder is for.</param>
    /// <param name="work">Fits.</param>
    /// <param name="clock">Tells when a line is due.</param>
    public static T Follow<T>(IAnsiConsole console, string name, Func<IProgress<TfidfFitProgress>, T> work, TimeProvider? clock = null)
    {
        if (!console.Profile.Capabilities.Interactive) return work(new Lines(console.Profile.Out.Writer, name, clock ?? TimeProvider.System));
        return console.Progress()
            .AutoClear(true)
            .Columns(new ProgressBarColumn { Width = BarWidth }, new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context => work(new Bar(context.AddTask(name, maxValue: 1), name)));
    }

    private static string Describe(string name, TfidfFitProgress value)
    {
        string stage = value.Stage switch
        {
            TfidfFitStage.Counting => "counting terms",
            TfidfFitStage.Weighing => "weighing terms",
            TfidfFitStage.Decomposing => "decomposing",
            _ => throw new UnreachableException($"{value.Stage} is no stage."),
        };
        return $"{name} {stage} {(int)(100 * value.Share)} %";
    }

    private sealed class Lines(TextWriter writer, string name, TimeProvider clock) : IProgress<TfidfFitProgress>
    {
        private long _last = clock.GetTimestamp();

        public void Report(TfidfFitProgress value)
        {
            if (clock.GetElapsedTime(_last) < BetweenLines) return;
            _last = clock.GetTimestamp();
            writer.WriteLine(Describe(name, value));
        }
    }

    private sealed class Bar(ProgressTask task, string name) : IProgress<TfidfFitProgress>
    {
        public void Report(TfidfFitProgress value)
        {
            task.Value = value.Share;
            task.Description = Markup.Escape(Describe(name, value));
        }
    }
}
