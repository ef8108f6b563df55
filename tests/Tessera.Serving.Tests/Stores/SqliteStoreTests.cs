using Tessera.Serving.Stores;
using Tessera.Serving.Stores.Sqlite;

namespace Tessera.Serving.Tests.Stores;

public sealed class SqliteStoreTests : StoreContract
{
    private readonly TemporaryDirectory _directory = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

    private protected override async Task<Database> OpenDatabaseAsync() => await SqliteDatabase.OpenAsync(_directory.In("store.db"), Clock);
}
