using Npgsql;
using Tessera.Serving.Stores;

namespace Tessera.Serving.Postgres;

/// <summary>
/// Carries the rings of a bell between processes by NOTIFY. It only saves time: who follows the log looks by itself, too, so failures are left alone.
/// </summary>
internal sealed class PostgresBell(NpgsqlDataSource source, Bell bell, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);

    private const string Notify = "SELECT set_config('synchronous_commit', 'off', true), pg_notify('tessera', '')";

    private const string Hear = "LISTEN tessera";

    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _starting = new();
    private Task _listening = Task.CompletedTask;
    private Task _telling = Task.CompletedTask;
    private int _untold;
    private bool _isListening;

    /// <summary>Listens to other processes from now on.</summary>
    public void Listen()
    {
        lock (_starting)
        {
            if (_isListening || _closing.IsCancellationRequested) return;
            _isListening = true;
            _listening = Task.Run(ListenAsync);
        }
    }

    /// <summary>Rings here at once, and elsewhere soon: rings that come while one is on its way go together.</summary>
    public void Ring()
    {
        bell.Ring();
        if (Interlocked.Increment(ref _untold) > 1) return;
        lock (_starting)
        {
            if (!_closing.IsCancellationRequested) _telling = Task.Run(TellAsync);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        lock (_starting) _closing.Cancel();
        await Task.WhenAll(_listening, _telling);
        _closing.Dispose();
    }

    private async Task TellAsync()
    {
        try
        {
            int told;
            do
            {
                told = Volatile.Read(ref _untold);
                await using NpgsqlCommand command = source.CreateCommand(Notify);
                await command.ExecuteNonQueryAsync(_closing.Token);
            }
            while (Interlocked.CompareExchange(ref _untold, 0, told) != told);
        }
        catch (Exception cause) when (PostgresFailure.Is(cause) || cause is OperationCanceledException)
        {
            Volatile.Write(ref _untold, 0);
        }
    }

    private async Task ListenAsync()
    {
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                await using NpgsqlConnection connection = await source.OpenConnectionAsync(_closing.Token);
                connection.Notification += (_, _) => bell.Ring();
                await using (NpgsqlCommand command = new(Hear, connection)) await command.ExecuteNonQueryAsync(_closing.Token);
                while (true) await connection.WaitAsync(_closing.Token);
            }
            catch (Exception cause) when (PostgresFailure.Is(cause))
            {
                await Task.Delay(BetweenTries, time, _closing.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
