namespace Tessera.Serving.Tests.Stores;

/// <summary>A clock that stands still until it is set; its timers are the system's.</summary>
internal sealed class SettableClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 3, 1, 12, 0, 0, 123, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;
}
