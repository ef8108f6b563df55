using Npgsql;
using Tessera.Data;
using Tessera.Serving.Stores;

namespace Tessera.Serving.Postgres;

/// <summary>Stores in PostgreSQL 13 or later, for any number of services at a time, in a schema of their own.</summary>
internal sealed class PostgresDatabase : Database
{
    private const int MostTries = 5;

    /// <summary>How many statements a connection keeps prepared, which saves parsing and planning them.</summary>
    private const int Prepared = 60;

    private readonly NpgsqlDataSource _source;
    private readonly PostgresBell _bell;

    private PostgresDatabase(NpgsqlDataSource source, string place, TimeProvider time)
        : base(time)
    {
        (_source, Place) = (source, place);
        _bell = new PostgresBell(source, Bell, time);
    }

    /// <summary>Opens a database and brings the tables up to date.</summary>
    /// <param name="connectionString">
    /// As Npgsql has it. Its <c>Search Path</c> names the schema of the tables, which is <c>tessera</c> by default and is made if it is new.
    /// </param>
    /// <exception cref="InvalidInputException">The connection string cannot be read, or the tables are a newer version's.</exception>
    /// <exception cref="StorageException">The database cannot be reached or written.</exception>
    public static async Task<PostgresDatabase> OpenAsync(string connectionString, TimeProvider time, CancellationToken cancel = default)
    {
        NpgsqlConnectionStringBuilder settings = Read(connectionString);
        string schema = settings.SearchPath!.Split(',')[0].Trim(' ', '"');
        NpgsqlDataSource source = new NpgsqlDataSourceBuilder(settings.ConnectionString).Build();
        try
        {
            await PostgresSchema.PrepareAsync(source, schema, cancel);
            return new PostgresDatabase(source, $"PostgreSQL at {settings.Host}, database {settings.Database ?? settings.Username}, schema {schema}", time);
        }
        catch (Exception cause)
        {
            await source.DisposeAsync();
            if (PostgresFailure.Is(cause)) throw PostgresFailure.Explain(cause);
            throw;
        }
    }

    /// <inheritdoc/>
    public override string Place { get; }

    /// <inheritdoc/>
    public override async Task<T> ReadAsync<T>(Func<Session, Task<T>> read, CancellationToken cancel)
    {
        try
        {
            await using NpgsqlConnection connection = await _source.OpenConnectionAsync(cancel);
            return await read(new PostgresSession(connection, cancel));
        }
        catch (Exception cause) when (PostgresFailure.Is(cause))
        {
            throw PostgresFailure.Explain(cause);
        }
    }

    /// <inheritdoc/>
    public override async Task<T> WriteAsync<T>(Turn turn, long space, Func<Session, Task<T>> write, CancellationToken cancel)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await WriteOnceAsync(turn, space, write, cancel);
            }
            catch (Exception cause) when (PostgresFailure.Is(cause))
            {
                if (attempt == MostTries || !PostgresFailure.IsCollision(cause)) throw PostgresFailure.Explain(cause);
            }
        }
    }

    /// <inheritdoc/>
    public override async Task<TrainerLock?> TryLockTrainingAsync(long space, CancellationToken cancel)
    {
        try
        {
            return await PostgresTrainerLock.TryTakeAsync(_source, space, cancel);
        }
        catch (Exception cause) when (PostgresFailure.Is(cause))
        {
            throw PostgresFailure.Explain(cause);
        }
    }

    /// <inheritdoc/>
    public override void Listen() => _bell.Listen();

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await _bell.DisposeAsync();
        await _source.DisposeAsync();
    }

    private async Task<T> WriteOnceAsync<T>(Turn turn, long space, Func<Session, Task<T>> write, CancellationToken cancel)
    {
        await using NpgsqlConnection connection = await _source.OpenConnectionAsync(cancel);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancel);
        long first = await new PostgresSession(connection, cancel).FindAsync<long>(Begin(turn), new { Space = space });
        var session = new PostgresSession(connection, cancel, first);
        T result = await write(session);
        await transaction.CommitAsync(CancellationToken.None); // nobody could tell what became of a commit that was canceled
        if (session.HasTakenPositions) _bell.Ring();
        return result;
    }

    /// <summary>
    /// First statement of each transaction: waits for its turn, takes its id, after those of whom it waited for, and makes sure that what is acknowledged is
    /// synced, whatever the server's default.
    /// </summary>
    private static string Begin(Turn turn) => $"""
        SELECT {PostgresSession.FirstOfTransaction}
        FROM (SELECT {LockOf(turn)}) AS turn, transaction_origin, set_config(
            'synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, true)
        """;

    /// <summary>Locks of a transaction, by namespace and number.</summary>
    private static string LockOf(Turn turn) => turn switch
    {
        Turn.None => "NULL",
        Turn.Append => "pg_advisory_xact_lock_shared(CAST(@Space AS integer), 1)",
        Turn.Users => "pg_advisory_xact_lock(CAST(@Space AS integer), 1)",
        Turn.Items => "pg_advisory_xact_lock(CAST(@Space AS integer), 2)",
        Turn.Models => "pg_advisory_xact_lock(CAST(@Space AS integer), 3)",
        _ => throw new ArgumentOutOfRangeException(nameof(turn), turn, null),
    };

    private static NpgsqlConnectionStringBuilder Read(string connectionString)
    {
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(connectionString);
            settings.SearchPath ??= "tessera";
            settings.ApplicationName ??= "tessera";
            if (settings.MaxAutoPrepare == 0) settings.MaxAutoPrepare = Prepared;
            return settings;
        }
        catch (ArgumentException)
        {
            // Its message may hold a part of the string, which holds a password.
            throw new InvalidInputException(
                "The connection string of the store in PostgreSQL cannot be read; expected one such as 'Host=db;Username=shop;Password=…;Database=shop'.");
        }
    }
}
