namespace Tessera.Encoders.Texts;

/// <summary>Passes each report on at once, in the thread that makes it.</summary>
internal sealed class Relay<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
