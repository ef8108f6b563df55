using Tessera.Serving.Stores;

namespace Tessera.Serving.Following;

/// <summary>How far the log has come into the models that are served. Any number of threads may wait.</summary>
internal sealed class LogProgress(TimeProvider time)
{
    private readonly Bell _bell = new();
    private readonly Queue<(long End, long Ticks)> _looks = new(); // at what the models have not reached yet
    private long _position, _behind, _caughtUp = time.GetUtcNow().Ticks;

    /// <summary>Position of the last entry that the models know.</summary>
    public long Position => Volatile.Read(ref _position);

    /// <summary>Entries of the log that they did not know when it was last looked.</summary>
    public long Behind => Volatile.Read(ref _behind);

    /// <summary>How long ago the log held what the models know by now; 0 where they know all, unless it could not be looked.</summary>
    public TimeSpan BehindFor
    {
        get
        {
            TimeSpan since = time.GetUtcNow() - new DateTimeOffset(Volatile.Read(ref _caughtUp), TimeSpan.Zero);
            return since > TimeSpan.Zero && (Behind > 0 || since > LookEvery * 5) ? since : TimeSpan.Zero;
        }
    }

    /// <summary>How long who has written waits at most for the models to know it.</summary>
    public static TimeSpan Patience => TimeSpan.FromSeconds(5);

    /// <summary>How often it is looked.</summary>
    public static TimeSpan LookEvery => TimeSpan.FromSeconds(1);

    /// <summary>Says that the models know the log up to a position.</summary>
    public void Reach(long position)
    {
        if (position <= Position) return;
        Volatile.Write(ref _position, position);
        _bell.Ring();
    }

    /// <summary>Says what a look at the log has found. One thread at a time.</summary>
    /// <param name="end">Position of its last entry.</param>
    /// <param name="behind">How many entries there are that the models do not know.</param>
    public void Measured(long end, long behind)
    {
        Volatile.Write(ref _behind, behind);
        _looks.Enqueue((end, time.GetUtcNow().Ticks));
        while (_looks.TryPeek(out (long End, long Ticks) look) && look.End <= Position) Volatile.Write(ref _caughtUp, _looks.Dequeue().Ticks);
    }

    /// <summary>Waits until the models know the log up to a position.</summary>
    /// <param name="patience">For how long at most.</param>
    /// <returns>Whether they do.</returns>
    public async Task<bool> WaitAsync(long position, TimeSpan patience, CancellationToken cancel)
    {
        if (Position >= position) return true;
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task deadline = Task.Delay(patience, time, waiting.Token);
        while (true)
        {
            Task next = _bell.Next;
            if (Position >= position || await Task.WhenAny(next, deadline).ConfigureAwait(false) == deadline) break;
        }

        await waiting.CancelAsync().ConfigureAwait(false);
        cancel.ThrowIfCancellationRequested();
        return Position >= position;
    }
}
