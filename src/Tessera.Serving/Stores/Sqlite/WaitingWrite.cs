using Microsoft.Data.Sqlite;

namespace Tessera.Serving.Stores.Sqlite;

/// <summary>Queries that wait for a transaction, and whoever waits for them.</summary>
internal abstract class WaitingWrite
{
    private const string Savepoint = "write";

    /// <summary>Whether the log has grown by it, once it has run.</summary>
    public bool HasGrown { get; protected set; }

    /// <summary>Runs the queries, or leaves nothing of them where they fail on their own account.</summary>
    /// <exception cref="SqliteException">The whole transaction failed.</exception>
    public async Task RunAsync(SqliteConnection connection, SqliteTransaction transaction)
    {
        transaction.Save(Savepoint);
        if (!await TryRunAsync(connection)) transaction.Rollback(Savepoint);
        transaction.Release(Savepoint);
    }

    /// <summary>Answers after the transaction was committed.</summary>
    public abstract void Complete();

    /// <summary>Answers that the transaction failed.</summary>
    public abstract void Fail(Exception failure);

    /// <returns>Whether the queries ran to their end.</returns>
    protected abstract Task<bool> TryRunAsync(SqliteConnection connection);
}

/// <summary>Queries that give a result.</summary>
internal sealed class WaitingWrite<T>(Func<Session, Task<T>> write, CancellationToken cancel) : WaitingWrite
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _failure;
    private T? _result;

    /// <summary>Completes after the transaction.</summary>
    public Task<T> Result => _answer.Task;

    /// <inheritdoc/>
    public override void Complete()
    {
        if (_failure is OperationCanceledException) _answer.TrySetCanceled(cancel);
        else if (_failure is not null) _answer.TrySetException(_failure);
        else _answer.TrySetResult(_result!);
    }

    /// <inheritdoc/>
    public override void Fail(Exception failure) => _answer.TrySetException(failure);

    /// <inheritdoc/>
    protected override async Task<bool> TryRunAsync(SqliteConnection connection)
    {
        try
        {
            cancel.ThrowIfCancellationRequested();
            var session = new SqliteSession(connection, cancel);
            _result = await write(session);
            HasGrown = session.HasTakenPositions;
            return true;
        }
        catch (Exception cause) when (cause is not SqliteException)
        {
            _failure = cause;
            return false;
        }
    }
}
