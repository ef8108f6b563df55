using System.Diagnostics;
using Spectre.Console;

namespace Tessera.Cli.Output;

/// <summary>Says why nothing happens, now and then: several requests wait for the same reason.</summary>
internal sealed class WaitNotes(IAnsiConsole console) : IProgress<string>
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(5);
    private readonly Lock _lock = new();
    private long? _last;

    public void Report(string value)
    {
        lock (_lock)
        {
            if (_last is { } last && Stopwatch.GetElapsedTime(last) < Between) return;
            _last = Stopwatch.GetTimestamp();
            string note = $"note: {VisibleText.Line(value)}";
            if (console.Profile.Capabilities.Interactive) console.WriteLine(note);
            else console.Profile.Out.Writer.WriteLine(note);
        }
    }
}
