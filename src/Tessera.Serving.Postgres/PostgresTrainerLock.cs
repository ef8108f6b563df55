using System.Data;
using Npgsql;
using Tessera.Serving.Stores;

namespace Tessera.Serving.Postgres;

/// <summary>Takes the advisory lock of the one trainer, which its connection holds.</summary>
internal static class PostgresTrainerLock
{
    private const string Take = "SELECT pg_try_advisory_lock(CAST(@Space AS integer), 4)";

    private const string Release = "SELECT pg_advisory_unlock(CAST(@Space AS integer), 4)";

    private const string Check = "SELECT 1";

    /// <summary>How often to see whether the connection is still there.</summary>
    private static readonly TimeSpan BetweenChecks = TimeSpan.FromSeconds(2);

    /// <summary>The lock, or null where another process or call has it.</summary>
    public static async Task<TrainerLock?> TryTakeAsync(NpgsqlDataSource source, long space, CancellationToken cancel)
    {
        NpgsqlConnection connection = await source.OpenConnectionAsync(cancel);
        try
        {
            await using NpgsqlCommand take = new(Take, connection) { Parameters = { new("Space", space) } };
            if ((bool)(await take.ExecuteScalarAsync(cancel))!) return Held(connection, space);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        await connection.DisposeAsync();
        return null;
    }

    private static TrainerLock Held(NpgsqlConnection connection, long space)
    {
        var lost = new CancellationTokenSource();
        var released = new CancellationTokenSource();
        Task watching = Task.Run(() => WatchAsync(connection, lost, released.Token));
        return new TrainerLock(ReleaseAsync, lost.Token);

        async ValueTask ReleaseAsync()
        {
            if (released.IsCancellationRequested) return;
            await released.CancelAsync();
            await watching;
            if (connection.State == ConnectionState.Open)
            {
                try
                {
                    await using NpgsqlCommand release = new(Release, connection) { Parameters = { new("Space", space) } };
                    await release.ExecuteNonQueryAsync(CancellationToken.None);
                }
                catch (Exception cause) when (PostgresFailure.Is(cause))
                {
                    // A connection that broke holds nothing.
                }
            }

            await connection.DisposeAsync();
        }
    }

    private static async Task WatchAsync(NpgsqlConnection connection, CancellationTokenSource lost, CancellationToken released)
    {
        try
        {
            using var timer = new PeriodicTimer(BetweenChecks);
            while (await timer.WaitForNextTickAsync(released))
            {
                await using NpgsqlCommand check = new(Check, connection);
                await check.ExecuteNonQueryAsync(CancellationToken.None);
            }
        }
        catch (OperationCanceledException)
        {
            // The lock is let go of.
        }
        catch (Exception cause) when (PostgresFailure.Is(cause) || cause is InvalidOperationException)
        {
            await lost.CancelAsync();
        }
    }
}
