using System.Collections.Concurrent;

namespace Tessera.Encoders.Tests.Endpoints;

/// <summary>A clock whose timers fire at once and are noted.</summary>
public sealed class InstantClock : TimeProvider
{
    /// <summary>Every wait that was asked for, in seconds.</summary>
    public ConcurrentQueue<double> Waits { get; } = new();

    public override DateTimeOffset GetUtcNow() => new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime == Timeout.InfiniteTimeSpan) return base.CreateTimer(callback, state, dueTime, period);
        Waits.Enqueue(dueTime.TotalSeconds);
        return base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
