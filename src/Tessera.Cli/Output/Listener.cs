namespace Tessera.Cli.Output;

/// <summary>Hands each report on at once, on the thread that makes it.</summary>
internal sealed class Listener<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
