using Npgsql;
using Tessera.Data;
using Tessera.Serving.Following;
using Tessera.Serving.Postgres;
using Tessera.Serving.Stores;

namespace Tessera.Serving.Tests.Stores;

/// <summary>What only a server with many writers has.</summary>
public sealed class PostgresTests(PostgresServer server)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_transaction_that_commits_late_is_not_skipped()
    {
        string connection = NewSchema();
        await using PostgresDatabase first = await OpenAsync(connection), second = await OpenAsync(connection);
        Store early = await first.OpenAsync("shop"), late = await second.OpenAsync("shop");
        var began = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        Task<long> slow = early.WriteAsync(
            Turn.None,
            async session =>
            {
                long position = await session.TakePositionsAsync(1);
                await session.ExecuteAsync(
                    "INSERT INTO log (position, namespace, kind, item_id) VALUES (@Position, @Number, 2, 'slow')", new { Position = position, early.Number });
                began.SetResult();
                await goOn.Task;
                return position;
            },
            CancellationToken.None);
        await began.Task;
        AppendResult quick = await late.Events.AppendAsync([Event("e1"), Event("e2")]);

        Assert.Empty(await late.Log.ReadAsync(0, 10)); // what is quick waits for what is slow
        (long End, long Entries) waiting = await LogEnd.BeyondAsync(late, 0, CancellationToken.None);
        Assert.Equal(2, (await late.Events.HistoryAsync("u1", 10)).Count);
        await Assert.ThrowsAsync<StorageException>(() => AllAsync(TimeSpan.Zero));
        Task<List<LogEntry>> all = AllAsync(Patience);
        goOn.SetResult();
        Assert.Equal((quick.Position, 2), waiting);
        Assert.True(await slow < quick.Position);
        List<LogEntry> log = await FollowAsync(late, quick.Position);
        LogEntry[] expected =
        [
            new LogEntry.ItemChanged(await slow, "slow"), new LogEntry.EventAdded(quick.Position - 1, Event("e1")),
            new LogEntry.EventAdded(quick.Position, Event("e2")),
        ];
        Assert.Equal(expected, log);
        Assert.Equal(expected, await all);
        Assert.Equal((quick.Position, 0), await LogEnd.BeyondAsync(late, quick.Position, CancellationToken.None));

        async Task<List<LogEntry>> AllAsync(TimeSpan patience)
        {
            List<LogEntry> entries = [];
            await foreach (IReadOnlyList<LogEntry> page in LogEnd.ReadAllAsync(late, 2, patience, CancellationToken.None)) entries.AddRange(page);
            return entries;
        }
    }

    [Fact]
    public async Task A_follower_misses_nothing_of_transactions_of_random_length()
    {
        string connection = NewSchema();
        await using PostgresDatabase database = await OpenAsync(connection), other = await OpenAsync(connection);
        Store[] stores = [await database.OpenAsync("shop"), await other.OpenAsync("shop")];
        var seen = new List<long>();
        using var patience = new CancellationTokenSource(Patience);
        const int writers = 10, each = 20;
        Task following = Task.Run(async () =>
        {
            await foreach (IReadOnlyList<LogEntry> page in stores[0].Log.FollowAsync(0, patience.Token))
            {
                seen.AddRange(page.Select(entry => entry.Position));
                if (seen.Count == writers * each) return;
            }
        });
        long[][] written = await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            var random = new Random(writer);
            var positions = new long[each];
            foreach (int number in Enumerable.Range(0, each))
                positions[number] = await WriteSlowlyAsync(stores[writer % 2], random.Next(20));
            return positions;
        })));
        await following;
        Assert.Equal(written.SelectMany(positions => positions).Order(), seen);

        static Task<long> WriteSlowlyAsync(Store store, int milliseconds) => store.WriteAsync(
            Turn.Append,
            async session =>
            {
                long position = await session.TakePositionsAsync(1);
                await session.ExecuteAsync("SELECT pg_sleep(@Seconds)", new { Seconds = milliseconds / 1000.0 });
                await session.ExecuteAsync(
                    "INSERT INTO log (position, namespace, kind) VALUES (@Position, @Number, 6)", new { Position = position, store.Number });
                return position;
            },
            CancellationToken.None);
    }

    [Fact]
    public async Task The_log_goes_on_where_a_server_has_counted_less_than_the_one_it_was_dumped_on()
    {
        AppendResult before;
        string connection = NewSchema();
        await using (PostgresDatabase database = await OpenAsync(connection))
        {
            Store store = await database.OpenAsync("shop");
            await ExecuteAsync(connection, "UPDATE transaction_origin SET added = 1000000");
            before = await store.Events.AppendAsync([Event("e1"), Event("e2")]);
            await ExecuteAsync(connection, "UPDATE transaction_origin SET added = 0");
            Assert.Empty(await store.Log.ReadAsync(0, 10));
        }

        await using PostgresDatabase restored = await OpenAsync(connection);
        Store same = await restored.OpenAsync("shop");
        AppendResult after = await same.Events.AppendAsync([Event("e3")]);
        Assert.InRange(after.Position, before.Position + 1, before.Position + (1024 * 1000));
        Assert.Equal(["e1", "e2", "e3"], (await FollowAsync(same, after.Position)).Cast<LogEntry.EventAdded>().Select(entry => entry.Event.Id));
        await using PostgresDatabase again = await OpenAsync(connection);
        Assert.InRange((await same.Events.AppendAsync([Event("e4")])).Position, after.Position + 1, after.Position + (1024 * 1000));
    }

    [Fact]
    public async Task A_trainer_hears_that_its_lock_is_lost_with_the_connection()
    {
        string connection = NewSchema();
        await using PostgresDatabase database = await OpenAsync($"{connection};Application Name=trainer");
        Store store = await database.OpenAsync("shop");
        TrainerLock held = (await store.TryLockTrainingAsync())!;
        var lost = new TaskCompletionSource();
        using CancellationTokenRegistration heard = held.Lost.Register(lost.SetResult);
        await ExecuteAsync(connection, $"""
            SELECT pg_terminate_backend(pid)
            FROM pg_locks JOIN pg_stat_activity USING (pid)
            WHERE locktype = 'advisory' AND classid = {store.Number} AND objid = 4 AND application_name = 'trainer'
            """);
        await lost.Task.WaitAsync(Patience);
        await held.DisposeAsync();
        TrainerLock next = (await store.TryLockTrainingAsync())!;
        await next.DisposeAsync();
    }

    [Fact]
    public async Task What_is_acknowledged_is_synced_though_the_server_s_default_is_not_to()
    {
        await using PostgresDatabase database = await OpenAsync($"{NewSchema()};Options=-c synchronous_commit=off");
        await database.OpenAsync("shop");
        Assert.Equal("off", await database.ReadAsync(session => session.FindAsync<string>("SHOW synchronous_commit"), CancellationToken.None));
        Assert.Equal("on", await database.WriteAsync(Turn.Append, 1, session => session.FindAsync<string>("SHOW synchronous_commit"), CancellationToken.None));
    }

    [Fact]
    public async Task A_store_of_version_1_goes_on()
    {
        string connection = NewSchema();
        string schema = new NpgsqlConnectionStringBuilder(connection).SearchPath!;
        await ExecuteAsync(connection, $"CREATE SCHEMA \"{schema}\"");
        await ExecuteAsync(connection, EarlierVersion.Read("postgres-1"));
        await using PostgresDatabase database = await OpenAsync(connection);
        await EarlierVersion.HoldsAsync(database);
    }

    [Fact]
    public async Task A_store_of_a_newer_version_is_refused()
    {
        string connection = NewSchema();
        await using (PostgresDatabase database = await OpenAsync(connection)) await database.OpenAsync("shop");
        await ExecuteAsync(connection, "INSERT INTO schema_versions (scriptname, applied) VALUES ('9999-future.sql', now())");
        InvalidInputException refused = await Assert.ThrowsAsync<InvalidInputException>(() => OpenAsync(connection));
        Assert.Equal(
            "The store in PostgreSQL was made by a newer version of the program, which changed it by '9999-future.sql'; "
            + "expected one that this version knows, so use the newer program or name another store.",
            refused.Message);
    }

    [Fact]
    public async Task Processes_that_make_a_store_at_once_make_one()
    {
        string connection = NewSchema();
        PostgresDatabase[] databases = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => OpenAsync(connection))));
        Store[] stores = await Task.WhenAll(databases.Select(database => Task.Run(() => database.OpenAsync("shop"))));
        Assert.Single(stores.Select(store => (store.Number, store.HashOf("u"))).Distinct());
        foreach (PostgresDatabase database in databases) await database.DisposeAsync();
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Port=1;Username=u;Password=hunter2;Database=d", "The store in PostgreSQL cannot be reached (Connection refused); see")]
    [InlineData("Host=/nowhere;Username=u;Password=hunter2;Database=d", "The store in PostgreSQL cannot be reached (Cannot assign requested address); see")]
    [InlineData("Host=h;hunter2=1", "The connection string of the store in PostgreSQL cannot be read; expected one such as 'Host=db;")]
    [InlineData("Host=h;Port=hunter2", "The connection string of the store in PostgreSQL cannot be read; expected one such as 'Host=db;")]
    [InlineData("hunter2", "The connection string of the store in PostgreSQL cannot be read; expected one such as 'Host=db;")]
    public async Task A_server_that_cannot_be_reached_is_said_without_any_secret(string connection, string beginning)
    {
        Exception failure = await Assert.ThrowsAnyAsync<Exception>(() => OpenAsync(connection));
        Assert.True(failure is StorageException or InvalidInputException);
        Assert.StartsWith(beginning, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_said()
    {
        string connection = server.Connection("nothing");
        StorageException failure = await Assert.ThrowsAsync<StorageException>(() => OpenAsync(connection));
        Assert.Equal("PostgreSQL has no such database for the store; make it (createdb), or name another.", failure.Message);
        Assert.DoesNotContain("never-shown", failure.ToString(), StringComparison.Ordinal);
    }

    private static UserEvent Event(string id) => new(id, "u1", "i1", "click", DateTimeOffset.UnixEpoch);

    private static Task<PostgresDatabase> OpenAsync(string connection) => PostgresDatabase.OpenAsync(connection, TimeProvider.System);

    private static async Task<List<LogEntry>> FollowAsync(Store store, long through)
    {
        var entries = new List<LogEntry>();
        using var patience = new CancellationTokenSource(Patience);
        await foreach (IReadOnlyList<LogEntry> page in store.Log.FollowAsync(0, patience.Token))
        {
            entries.AddRange(page);
            if (entries[^1].Position >= through) break;
        }

        return entries;
    }

    private static async Task ExecuteAsync(string connection, string sql)
    {
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(connection);
        await using NpgsqlCommand command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>A schema that nobody else uses.</summary>
    private string NewSchema() =>
        new NpgsqlConnectionStringBuilder(server.Connection()) { SearchPath = $"test_{Guid.NewGuid():N}" }.ConnectionString;
}
