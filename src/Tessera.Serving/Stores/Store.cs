using System.Security.Cryptography;
using System.Text;
using Tessera.Data;

namespace Tessera.Serving.Stores;

/// <summary>All that is kept of one namespace.</summary>
internal sealed class Store
{
    private const string Salt = "SELECT salt FROM namespaces WHERE id = @Number", End = "SELECT max(position) FROM log WHERE namespace = @Number";

    private readonly byte[] _salt;

    internal Store(Database database, string name, long number, byte[] salt)
    {
        (Database, Name, Number, _salt) = (database, name, number, salt);
        Items = new ItemStore(this);
        Events = new EventStore(this);
        Users = new UserStore(this);
        Log = new Log(this);
        Recommendations = new RecommendationStore(this);
        Generations = new GenerationStore(this);
        Jobs = new JobStore(this);
    }

    /// <summary>Where it is kept.</summary>
    public Database Database { get; }

    /// <summary>The namespace's name.</summary>
    public string Name { get; }

    /// <summary>Whether it was not there before it was opened.</summary>
    public bool IsNew { get; init; }

    /// <summary>The namespace's number, which its rows have.</summary>
    public long Number { get; }

    public ItemStore Items { get; }

    public EventStore Events { get; }

    public UserStore Users { get; }

    public Log Log { get; }

    public RecommendationStore Recommendations { get; }

    public GenerationStore Generations { get; }

    public JobStore Jobs { get; }

    /// <summary>What is remembered of an erased user: a hash of the id, 64 hexadecimal digits, by a secret of the namespace.</summary>
    public string HashOf(string user) => Convert.ToHexStringLower(HMACSHA256.HashData(_salt, Encoding.UTF8.GetBytes(user)));

    /// <inheritdoc cref="Database.TryLockTrainingAsync"/>
    public Task<TrainerLock?> TryLockTrainingAsync(CancellationToken cancel = default) => Database.TryLockTrainingAsync(Number, cancel);

    /// <summary>Looks whether the store is still where it was opened, by a cheap read.</summary>
    /// <exception cref="StorageException">It cannot be read, is gone, or another is in its place.</exception>
    public async Task CheckAsync(CancellationToken cancel)
    {
        long? known = await Database.ReadAsync(session => session.FindAsync<long?>(End, new { Number }), cancel);
        (string? salt, long? end) = await Database.ReadAnewAsync(
            async session => (await session.FindAsync<string>(Salt, new { Number }), await session.FindAsync<long?>(End, new { Number })), cancel);
        if (salt != Convert.ToHexStringLower(_salt) || (end ?? 0) < (known ?? 0)) // a copy of the same store has the same salt, and knows less
            throw new StorageException("Another store has come in the place of the one that was opened; bring that back, or start the service again.");
    }

    /// <inheritdoc cref="Database.ReadAsync"/>
    internal Task<T> ReadAsync<T>(Func<Session, Task<T>> read, CancellationToken cancel) => Database.ReadAsync(read, cancel);

    /// <inheritdoc cref="Database.WriteAsync"/>
    internal Task<T> WriteAsync<T>(Turn turn, Func<Session, Task<T>> write, CancellationToken cancel) => Database.WriteAsync(turn, Number, write, cancel);
}
