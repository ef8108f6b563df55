using Tessera.Serving.Postgres;
using Tessera.Serving.Stores;

namespace Tessera.Serving.Tests.Stores;

public sealed class PostgresStoreTests(PostgresServer server) : StoreContract
{
    private protected override async Task<Database> OpenDatabaseAsync() => await PostgresDatabase.OpenAsync(server.Connection(), Clock);
}
