using Tessera.Models.Tests.Live;
using Tessera.Serving.Stores;
using Tessera.Serving.Stores.Sqlite;

namespace Tessera.Serving.Tests.Following;

public sealed class SqliteFollowTests(LiveRuns runs) : FollowContract(runs), IClassFixture<LiveRuns>
{
    private readonly TemporaryDirectory _directory = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

    private protected override async Task<Database> OpenDatabaseAsync() => await SqliteDatabase.OpenAsync(_directory.In("store.db"), TimeProvider.System);
}
