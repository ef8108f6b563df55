using Tessera.Serving.Stores;

namespace Tessera.Serving.Tests.Stores;

/// <summary>A database before whose reads and writes something is done, such as to wait or to fail.</summary>
/// <param name="before">Told the turn of a write; null of a read.</param>
internal sealed class WatchedDatabase(Database database, Func<Turn?, Task> before) : Database(database.Time)
{
    public override string Place => database.Place;

    public override async Task<T> ReadAsync<T>(Func<Session, Task<T>> read, CancellationToken cancel)
    {
        await before(null);
        return await database.ReadAsync(read, cancel);
    }

    public override async Task<T> WriteAsync<T>(Turn turn, long space, Func<Session, Task<T>> write, CancellationToken cancel)
    {
        await before(turn);
        return await database.WriteAsync(turn, space, write, cancel);
    }

    public override Task<TrainerLock?> TryLockTrainingAsync(long space, CancellationToken cancel) => database.TryLockTrainingAsync(space, cancel);

    public override void Listen() => database.Listen();

    public override ValueTask DisposeAsync() => database.DisposeAsync();
}
