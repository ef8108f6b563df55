using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace Tessera.Cli;

/// <summary>Prints what the libraries log, one line each, above a progress bar where there is one.</summary>
internal sealed class ConsoleLogger(IAnsiConsole console, LogLevel lowest) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= lowest;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel)) return;
        string kind = logLevel >= LogLevel.Warning ? "warning" : "note";
        console.WriteLine($"{kind}: {VisibleText.Line(formatter(state, exception))}");
    }
}
