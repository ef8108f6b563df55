using System.Diagnostics;
using Spectre.Console;
using Tessera.Encoders.Texts;

namespace Tessera.Cli.Output;

/// <summary>Shows the fitting of an encoder to texts on the console of errors.</summary>
internal static class FittingDisplay
{
    /// <summary>Does the work, showing the progress it reports.</summary>
    /// <param name="console">Where to show it.</param>
    /// <param name="name">What the encoder is for.</param>
    /// <param name="work">Fits.</param>
    /// <param name="clock">Tells when a line is due; null for the system's.</param>
    public static T Follow<T>(IAnsiConsole console, string name, Func<IProgress<TfidfFitProgress>, T> work, TimeProvider? clock = null) =>
        StageDisplay.Follow<TfidfFitProgress, T>(console, name, (value, _) => $"{name} {Stage(value)} {Figures.Percent(value.Share)}", work, clock);

    private static string Stage(TfidfFitProgress value) => value.Stage switch
    {
        TfidfFitStage.Counting => "counting terms",
        TfidfFitStage.Weighing => "weighing terms",
        TfidfFitStage.Decomposing => "decomposing",
        _ => throw new UnreachableException($"{value.Stage} is no stage."),
    };
}
