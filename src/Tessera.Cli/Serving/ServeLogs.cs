using Microsoft.Extensions.Logging;

namespace Tessera.Cli.Serving;

/// <summary>Has the host log where the command does.</summary>
internal sealed class ServeLogs(ILogger logger) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => logger;

    public void Dispose()
    {
    }
}
