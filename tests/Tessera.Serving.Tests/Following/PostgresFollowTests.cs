using Tessera.Models.Tests.Live;
using Tessera.Serving.Postgres;
using Tessera.Serving.Stores;
using Tessera.Serving.Tests.Stores;

namespace Tessera.Serving.Tests.Following;

public sealed class PostgresFollowTests(LiveRuns runs, PostgresServer server) : FollowContract(runs), IClassFixture<LiveRuns>
{
    private protected override async Task<Database> OpenDatabaseAsync() => await PostgresDatabase.OpenAsync(server.Connection(), TimeProvider.System);
}
