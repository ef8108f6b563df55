using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Tessera.Data;

namespace Tessera.Serving.Stores;

/// <summary>
/// A database with the stores of any number of namespaces. Queries are written once, in SQL that SQLite and PostgreSQL both understand; where the two
/// differ, this class and <see cref="Session"/> have a member for it. Any number of threads may use it. A failure of disk or server is a
/// <see cref="StorageException"/>: then nothing of the call is stored, or its caller cannot know; the same call again does what is missing, and works once
/// the cause is gone.
/// </summary>
internal abstract partial class Database(TimeProvider time) : IAsyncDisposable
{
    private const string Add = "INSERT INTO namespaces (name, salt) VALUES (@Name, @Salt) ON CONFLICT (name) DO NOTHING";
    private const string Find = "SELECT id, salt FROM namespaces WHERE name = @Name";

    /// <summary>The clock that says when something was stored.</summary>
    public TimeProvider Time { get; } = time;

    /// <summary>Rings when the log has grown, by this process at once, and by others where the database can tell.</summary>
    public Bell Bell { get; } = new();

    /// <summary>Where it is, as people call it; nothing secret.</summary>
    public abstract string Place { get; }

    /// <summary>The keys of all namespaces.</summary>
    public KeyStore Keys => new(this);

    /// <summary>Runs queries that change nothing.</summary>
    /// <exception cref="StorageException">The database cannot be read.</exception>
    public abstract Task<T> ReadAsync<T>(Func<Session, Task<T>> read, CancellationToken cancel);

    /// <summary>The same on a connection of its own, which sees what has become of the database since this process opened it.</summary>
    /// <exception cref="StorageException">The database cannot be read, or is gone.</exception>
    public virtual Task<T> ReadAnewAsync<T>(Func<Session, Task<T>> read, CancellationToken cancel) => ReadAsync(read, cancel);

    /// <summary>Runs queries as one transaction, which is committed and synced to the disk when this returns.</summary>
    /// <param name="turn">What it must not run beside.</param>
    /// <param name="space">Number of the namespace.</param>
    /// <param name="write">The queries; they may be run again after they were rolled back.</param>
    /// <param name="cancel">Cancels the waiting and the queries, never a commit that has begun.</param>
    /// <exception cref="StorageException">The database cannot be written.</exception>
    public abstract Task<T> WriteAsync<T>(Turn turn, long space, Func<Session, Task<T>> write, CancellationToken cancel);

    /// <summary>Makes this process the one that trains for a namespace, until the result is disposed of or lost; null where another is.</summary>
    public abstract Task<TrainerLock?> TryLockTrainingAsync(long space, CancellationToken cancel);

    /// <summary>Listens to other processes from now on, where the database can tell of them; see <see cref="Bell"/>.</summary>
    public abstract void Listen();

    /// <summary>Opens the store of a namespace, which is made if it is new.</summary>
    /// <param name="name">1 to 63 lower-case letters, digits and hyphens.</param>
    /// <exception cref="InvalidInputException">That is no name.</exception>
    public async Task<Store> OpenAsync(string name, CancellationToken cancel = default)
    {
        if (!Name().IsMatch(name))
        {
            throw new InvalidInputException(
                "The name of the namespace cannot be used; expected 1 to 63 lower-case letters, digits and hyphens, such as 'shop'.");
        }

        NamespaceRow? row = await ReadAsync(session => session.FindAsync<NamespaceRow>(Find, new { Name = name }), cancel);
        bool isNew = row is null;
        row ??= await WriteAsync(
            Turn.None, 0,
            async session =>
            {
                await session.ExecuteAsync(Add, new { Name = name, Salt = RandomNumberGenerator.GetHexString(64, lowercase: true) });
                return await session.FindAsync<NamespaceRow>(Find, new { Name = name });
            },
            cancel);
        return new Store(this, name, row!.Id, Convert.FromHexString(row.Salt)) { IsNew = isNew };
    }

    /// <summary>Closes it when what is being written is stored.</summary>
    public abstract ValueTask DisposeAsync();

    [GeneratedRegex(@"\A[a-z0-9-]{1,63}\z")]
    private static partial Regex Name();

    private sealed record NamespaceRow
    {
        public long Id { get; init; }

        public string Salt { get; init; } = "";
    }
}
