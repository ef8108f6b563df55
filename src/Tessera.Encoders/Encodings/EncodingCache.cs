using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Tessera.Data;
using Tessera.Data.Storage;
using static SQLitePCL.raw;

namespace Tessera.Encoders.Encodings;

/// <summary>Results of encoders on disk: one SQLite file, found by <see cref="ContentKey"/>, shared by any number of threads and processes.</summary>
/// <remarks>
/// A batch is stored whole or not at all, whenever the process ends. Each result carries a checksum over key and value; one that does not match
/// counts as absent (<see cref="Damaged"/>) and is replaced when it is stored again. The file holds hashes and results: neither contents nor keys of servers.
/// </remarks>
internal sealed class EncodingCache : IDisposable
{
    private const long Format = 1;

    /// <summary>Marks the file as this program's ("Tess").</summary>
    private const long ApplicationId = 0x54657373;

    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly SqliteConnection _connection;
    private readonly HashSet<ContentKey> _damaged = [];

    private EncodingCache(string path)
    {
        _path = path;
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 60 }.ToString());
    }

    /// <summary>How many results read so far did not match their checksum.</summary>
    public int Damaged => _damaged.Count;

    /// <summary>Opens the file, or makes it with the folders above it; null for a cache that lives as long as this object.</summary>
    /// <exception cref="InvalidInputException">It is no cache of this format.</exception>
    /// <exception cref="StorageException">It cannot be made or written.</exception>
    public static EncodingCache Open(string? path)
    {
        string file = path is null ? ":memory:" : Path.GetFullPath(path);
        if (path is not null) InputFile.RefuseSpecial(file);
        if (path is not null) StorageException.Guard($"The cache '{path}'", () => Directory.CreateDirectory(Path.GetDirectoryName(file)!));
        var cache = new EncodingCache(file);
        try
        {
            cache.Guarded(cache.Prepare);
            return cache;
        }
        catch
        {
            cache.Dispose();
            throw;
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _connection.Dispose();

    /// <summary>The result stored for a key, or null where there is none that is sound.</summary>
    /// <exception cref="InvalidInputException">The file is damaged.</exception>
    public byte[]? Find(ContentKey key) => Guarded(() =>
    {
        byte[] name = key.ToArray();
        using SqliteCommand command = Command("SELECT value, checksum FROM results WHERE key = $key", ("$key", name));
        using SqliteDataReader reader = command.ExecuteReader();
        if (!reader.Read()) return null;
        if (reader.GetValue(0) is byte[] value && reader.GetValue(1) is long checksum && checksum == ChecksumOf(name, value)) return value;
        _damaged.Add(key);
        return null;
    });

    /// <summary>The result stored for a key a moment ago.</summary>
    /// <exception cref="InvalidInputException">It is there no more.</exception>
    public byte[] FindAgain(ContentKey key) => Find(key)
        ?? throw new InvalidInputException("The cache lost results while they were written; give the same command again, which encodes what is missing.");

    /// <summary>Stores results, all or none.</summary>
    /// <exception cref="StorageException">The file cannot be written.</exception>
    public void Store(IEnumerable<(ContentKey Key, byte[] Value)> results) => Guarded(() =>
    {
        using SqliteTransaction transaction = _connection.BeginTransaction();
        foreach ((ContentKey key, byte[] value) in results)
        {
            byte[] name = key.ToArray();
            Execute(
                "INSERT OR REPLACE INTO results (key, value, checksum) VALUES ($key, $value, $checksum)",
                ("$key", name), ("$value", value), ("$checksum", ChecksumOf(name, value)));
        }

        transaction.Commit();
        return 0;
    });

    /// <summary>Lets the file grow no further than this, as a full disk would.</summary>
    internal void LimitPages(int pages) => Guarded(() => Execute($"PRAGMA max_page_count = {pages}"));

    private static long ChecksumOf(byte[] key, byte[] value)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(key);
        hash.AppendData(value);
        return BinaryPrimitives.ReadInt64LittleEndian(hash.GetHashAndReset());
    }

    /// <summary>Makes the table in an empty file; refuses another program's, which is left as it is.</summary>
    private int Prepare()
    {
        _connection.Open();
        using SqliteTransaction transaction = _connection.BeginTransaction();
        long format = Read("PRAGMA user_version"), owner = Read("PRAGMA application_id"), tables = Read("SELECT count(*) FROM sqlite_master");
        if (tables == 0)
        {
            Execute($"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Format};"
                + "CREATE TABLE results (key BLOB NOT NULL PRIMARY KEY, value BLOB NOT NULL, checksum INTEGER NOT NULL)");
        }
        else if (owner != ApplicationId || format != Format)
        {
            throw new InvalidInputException($"'{_path}' is a database, but no cache of this version of the program; name another file, or delete it if nothing needs it.");
        }

        transaction.Commit();
        return Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
    }

    private T Guarded<T>(Func<T> work)
    {
        lock (_lock)
        {
            try
            {
                return work();
            }
            catch (SqliteException e)
            {
                throw Explain(e);
            }
        }
    }

    private Exception Explain(SqliteException e) => e.SqliteErrorCode switch
    {
        SQLITE_ERROR or SQLITE_CORRUPT or SQLITE_NOTADB => new InvalidInputException(
            $"The cache '{_path}' is damaged or no cache at all; delete it with its -wal and -shm files, and what it held will be encoded again.", e),
        SQLITE_BUSY or SQLITE_LOCKED => new InvalidInputException(
            $"The cache '{_path}' was held by another program for a minute; see what it does, then give the same command again.", e),
        SQLITE_FULL => new StorageException(
            $"There is no room left for the cache '{_path}'; make room and give the same command again, which continues where this one stopped.", e),
        _ => new StorageException(
            $"The cache '{_path}' cannot be used ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')}); name a file in a folder with room that you may write to.", e),
    };

    private SqliteCommand Command(string sql, params ReadOnlySpan<(string Name, object Value)> values)
    {
        SqliteCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach ((string name, object value) in values) command.Parameters.AddWithValue(name, value);
        return command;
    }

    private int Execute(string sql, params ReadOnlySpan<(string Name, object Value)> values)
    {
        using SqliteCommand command = Command(sql, values);
        return command.ExecuteNonQuery();
    }

    private long Read(string sql)
    {
        using SqliteCommand command = Command(sql);
        return (long)command.ExecuteScalar()!;
    }
}
