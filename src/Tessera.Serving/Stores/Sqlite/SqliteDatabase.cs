using DbUp;
using DbUp.Sqlite.Helpers;
using Microsoft.Data.Sqlite;
using Tessera.Data;
using Tessera.Data.Storage;

namespace Tessera.Serving.Stores.Sqlite;

/// <summary>Stores in one file, for one service. Other processes may read and write it at the same time.</summary>
/// <remarks>Write-ahead log, synced at each commit. What is deleted may stay in free space of the file until a VACUUM.</remarks>
internal sealed class SqliteDatabase : Database
{
    /// <summary>How long to wait for other processes that hold the file.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly string _path;
    private readonly TimeSpan _patience;
    private readonly string _shared, _own, _reading; // settings of connections that are used again, of others, and of such that write nothing; none makes the file anew
    private readonly SqliteWriter _writer;

    private SqliteDatabase(string path, TimeProvider time, TimeSpan patience)
        : base(time)
    {
        (_path, _patience) = (path, patience);
        var settings = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            ForeignKeys = true,
            DefaultTimeout = (int)Math.Ceiling(patience.TotalSeconds),
            Mode = SqliteOpenMode.ReadWrite,
        };
        _shared = settings.ConnectionString;
        settings.Pooling = false;
        _own = settings.ConnectionString;
        settings.Mode = SqliteOpenMode.ReadOnly;
        _reading = settings.ConnectionString;
        _writer = new SqliteWriter(() => Connect(_own), Explain, Bell.Ring);
    }

    /// <summary>Opens a file, or makes it with the folders above it, and brings its tables up to date.</summary>
    /// <param name="patience">How long to wait for other processes that hold the file; null for 5 s.</param>
    /// <exception cref="InvalidInputException">It is no store, or one of a newer version.</exception>
    /// <exception cref="StorageException">It cannot be made or written.</exception>
    public static async Task<SqliteDatabase> OpenAsync(string path, TimeProvider time, TimeSpan? patience = null)
    {
        string file = Path.GetFullPath(path);
        InputFile.RefuseSpecial(file);
        StorageException.Guard($"The store '{path}'", () => Directory.CreateDirectory(Path.GetDirectoryName(file)!));
        var database = new SqliteDatabase(file, time, patience ?? Patience);
        try
        {
            database.Upgrade();
            return database;
        }
        catch (Exception cause)
        {
            await database.DisposeAsync();
            if (cause is SqliteException sqlite) throw database.Explain(sqlite);
            throw;
        }
    }

    /// <inheritdoc/>
    public override string Place => _path;

    /// <inheritdoc/>
    public override Task<T> ReadAsync<T>(Func<Session, Task<T>> read, CancellationToken cancel) => ReadAsync(_shared, read, cancel);

    /// <inheritdoc/>
    public override Task<T> ReadAnewAsync<T>(Func<Session, Task<T>> read, CancellationToken cancel) => File.Exists(_path)
        ? ReadAsync(_reading, read, cancel) // which SQLite must open: a file that is closed by others takes the locks of all connections with it
        : throw new StorageException($"The store '{_path}' is gone, and so is what is stored now; stop the service, delete '{_path}-wal' and '{_path}-shm', bring back a backup, and start it again.");

    /// <inheritdoc/>
    public override Task<T> WriteAsync<T>(Turn turn, long space, Func<Session, Task<T>> write, CancellationToken cancel) => _writer.WriteAsync(write, cancel);

    /// <inheritdoc/>
    public override Task<TrainerLock?> TryLockTrainingAsync(long space, CancellationToken cancel)
    {
        try
        {
            FileStream held = TemporaryFile.Lock($"{_path}-trainer{space}.lock");
            return Task.FromResult<TrainerLock?>(new TrainerLock(held.DisposeAsync, CancellationToken.None));
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            return Task.FromResult<TrainerLock?>(null);
        }
    }

    /// <summary>Other processes cannot tell; followers look often enough.</summary>
    public override void Listen()
    {
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        using var pooled = new SqliteConnection(_shared);
        SqliteConnection.ClearPool(pooled);
    }

    private async Task<T> ReadAsync<T>(string settings, Func<Session, Task<T>> read, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        try
        {
            using SqliteConnection connection = Connect(settings);
            return await read(new SqliteSession(connection, cancel));
        }
        catch (SqliteException cause)
        {
            throw Explain(cause);
        }
    }

    private SqliteConnection Connect(string settings)
    {
        var connection = new SqliteConnection(settings);
        try
        {
            connection.Open();
            using SqliteCommand pragmas = connection.CreateCommand();
            pragmas.CommandText = $"PRAGMA busy_timeout = {_patience.TotalMilliseconds:F0}; PRAGMA synchronous = FULL";
            pragmas.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private StorageException Explain(SqliteException cause) => SqliteFailure.Explain(_path, cause);

    private void Upgrade()
    {
        if (!File.Exists(_path)) Connect(new SqliteConnectionStringBuilder(_own) { Mode = SqliteOpenMode.ReadWriteCreate }.ConnectionString).Dispose();
        using SqliteConnection connection = Connect(_shared);
        string tables = $"SELECT count(*) = 0 OR max(name = '{SchemaUpgrade.Journal}') FROM sqlite_master";
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = tables;
        if ((long)command.ExecuteScalar()! == 0)
        {
            throw new InvalidInputException(
                $"'{_path}' is a database of another program; expected a store or a file that is not there yet, so name another file.");
        }

        command.CommandText = "PRAGMA journal_mode = WAL";
        command.ExecuteNonQuery();
        using var shared = new SharedConnection(connection);
        SchemaUpgrade.Run(
            DeployChanges.To.SqliteDatabase(shared).JournalToSqliteTable(SchemaUpgrade.Journal), typeof(SqliteDatabase).Assembly, $"The store '{_path}'");
    }
}
