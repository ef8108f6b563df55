using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Tessera.Data;

namespace Tessera.Serving.Stores.Sqlite;

/// <summary>
/// The one queue through which a process writes to a file. Whatever waits while a transaction is being synced goes into the next one together, so that many
/// writes share one sync, and each is answered only after it.
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private const int MostTogether = 256;
    private const int MostWaiting = 10_000;

    private readonly Channel<WaitingWrite> _queue = Channel.CreateBounded<WaitingWrite>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly Func<SqliteConnection> _open;
    private readonly Func<SqliteException, StorageException> _explain;
    private readonly Action _grown;
    private readonly Thread _running;
    private SqliteConnection? _connection;

    /// <param name="open">Opens a connection.</param>
    /// <param name="explain">Says what a failure means.</param>
    /// <param name="grown">Is called after each transaction by which the log has grown.</param>
    public SqliteWriter(Func<SqliteConnection> open, Func<SqliteException, StorageException> explain, Action grown)
    {
        (_open, _explain, _grown) = (open, explain, grown);
        _running = new Thread(Run) { IsBackground = true, Name = "tessera-sqlite" }; // which waits for the disk, as no thread of the pool should
        _running.Start();
    }

    /// <summary>Runs queries within a transaction; completes when that is synced to the disk.</summary>
    /// <exception cref="StorageException">The transaction failed, so that nothing of it is stored.</exception>
    public async Task<T> WriteAsync<T>(Func<Session, Task<T>> write, CancellationToken cancel)
    {
        var waiting = new WaitingWrite<T>(write, cancel);
        try
        {
            await _queue.Writer.WriteAsync(waiting, cancel);
        }
        catch (ChannelClosedException cause)
        {
            throw new ObjectDisposedException("The store is closed.", cause);
        }

        return await waiting.Result;
    }

    /// <summary>Writes what waits, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await Task.Run(_running.Join);
        Disconnect();
    }

    private void Run()
    {
        var together = new List<WaitingWrite>();
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            try
            {
                WriteTogetherAsync(together).GetAwaiter().GetResult();
            }
            catch (Exception cause)
            {
                Exception failure = cause is SqliteException sqlite ? _explain(sqlite) : cause;
                Disconnect(); // what a failed transaction left of the connection is not worth knowing
                foreach (WaitingWrite write in together) write.Fail(failure);
                together.Clear();
            }
        }
    }

    private async Task WriteTogetherAsync(List<WaitingWrite> together)
    {
        SqliteTransaction transaction;
        try
        {
            _connection ??= _open();
            transaction = _connection.BeginTransaction();
        }
        catch
        {
            while (_queue.Reader.TryRead(out WaitingWrite? write)) together.Add(write); // which would wait in vain one by one
            throw;
        }

        using (transaction)
        {
            while (together.Count < MostTogether && _queue.Reader.TryRead(out WaitingWrite? write))
            {
                together.Add(write);
                await write.RunAsync(_connection, transaction);
            }

            transaction.Commit();
        }

        bool hasGrown = together.Exists(write => write.HasGrown);
        foreach (WaitingWrite write in together) write.Complete();
        together.Clear();
        if (hasGrown) _grown();
    }

    private void Disconnect()
    {
        _connection?.Dispose();
        _connection = null;
    }
}
