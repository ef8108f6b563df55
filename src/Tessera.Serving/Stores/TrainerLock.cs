namespace Tessera.Serving.Stores;

/// <summary>Makes its holder the one process that trains for a namespace, until it is disposed of.</summary>
/// <param name="release">Lets go of it.</param>
/// <param name="lost">Canceled when the lock is lost, so that another process may have it.</param>
internal sealed class TrainerLock(Func<ValueTask> release, CancellationToken lost) : IAsyncDisposable
{
    /// <summary>Canceled when the lock is lost, as with the connection that holds it.</summary>
    public CancellationToken Lost { get; } = lost;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => release();
}
