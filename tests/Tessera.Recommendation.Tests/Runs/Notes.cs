using Microsoft.Extensions.Logging;

namespace Tessera.Recommendation.Tests.Runs;

/// <summary>Keeps what is logged.</summary>
internal sealed class Notes : ILogger
{
    public List<string> Sentences { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Sentences.Add(formatter(state, exception));
}
