using System.Diagnostics;
using System.Text;
using Microsoft.Data.Sqlite;
using Tessera.Data;
using Tessera.Serving.Stores;
using Tessera.Serving.Stores.Sqlite;

namespace Tessera.Serving.Tests.Stores;

/// <summary>What can happen to a store that is a file.</summary>
public sealed class SqliteFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string StorePath => _directory.In("store.db");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Nothing_acknowledged_is_lost_when_the_process_is_killed()
    {
        var acknowledged = new List<string>();
        foreach (int round in Enumerable.Range(0, 3))
        {
            using var writer = new EventWriterProcess(["sqlite", StorePath, "shop", $"{round}"]);
            await writer.AcknowledgesAsync(100 + (250 * round));
            writer.Kill();
            acknowledged.AddRange(writer.Acknowledged);
        }

        await using SqliteDatabase database = await OpenAsync();
        await Acknowledgement.HoldsAsync(await database.OpenAsync("shop"), acknowledged);
    }

    [Fact]
    public async Task A_disk_that_refuses_to_write_stops_it_until_it_writes_again()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/prlimit"), "prlimit is not installed.");
        using var writer = new EventWriterProcess(["sqlite", StorePath, "shop", "a"], "sh", "-c", "trap '' XFSZ; exec \"$@\"", "sh");
        await writer.AcknowledgesAsync(100);
        await LimitAsync("65536:unlimited");
        await writer.FailsAsync();
        await LimitAsync("unlimited:unlimited");
        await writer.AcknowledgesAsync(100);
        writer.End();

        Assert.All(writer.Failures, failure => Assert.StartsWith($"! The store '{StorePath}' cannot be used (SQLite Error 10", failure, StringComparison.Ordinal));
        await using SqliteDatabase database = await OpenAsync();
        await Acknowledgement.HoldsAsync(await database.OpenAsync("shop"), writer.Acknowledged);

        async Task LimitAsync(string size)
        {
            using Process limit = Process.Start("/usr/bin/prlimit", ["--pid", $"{writer.Id}", $"--fsize={size}"]);
            await limit.WaitForExitAsync();
            Assert.Equal(0, limit.ExitCode);
        }
    }

    [Fact]
    public async Task A_file_that_may_not_be_written_stops_it_until_it_may()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/setpriv"), "setpriv is not installed.");
        if (OperatingSystem.IsWindows()) return;
        string[] wrapper = Environment.IsPrivilegedProcess ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] : [];
        await using (SqliteDatabase database = await OpenAsync()) await database.OpenAsync("shop");
        File.SetUnixFileMode(StorePath, UnixFileMode.UserRead);
        using var writer = new EventWriterProcess(["sqlite", StorePath, "shop", "a"], wrapper);
        await writer.FailsAsync();
        Assert.Empty(writer.Acknowledged);
        File.SetUnixFileMode(StorePath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await writer.AcknowledgesAsync(20);
        writer.End();
        Assert.All(writer.Failures, failure => Assert.Equal(
            $"! The store '{StorePath}' cannot be written; expected a file and folder that you may write to, so give the permission or name another.", failure));
    }

    [Fact]
    public async Task A_file_that_another_program_holds_fails_all_that_waits_until_it_lets_go()
    {
        await using SqliteDatabase database = await SqliteDatabase.OpenAsync(StorePath, TimeProvider.System, TimeSpan.FromMilliseconds(50));
        Store store = await database.OpenAsync("shop");
        using (SqliteConnection other = Connect())
        {
            using SqliteTransaction held = other.BeginTransaction();
            Task<AppendResult>[] appends = [.. Enumerable.Range(0, 5).Select(number => store.Events.AppendAsync([Event($"e{number}")]))];
            foreach (Task<AppendResult> append in appends)
            {
                StorageException failure = await Assert.ThrowsAsync<StorageException>(() => append);
                Assert.Equal($"The store '{StorePath}' is held by another program; see what has it open, and it goes on by itself once that lets go.", failure.Message);
            }

            Assert.Empty(await store.Events.HistoryAsync("u1", 10)); // reading goes on
        }

        Assert.Equal(1, (await store.Events.AppendAsync([Event("e0")])).Accepted);
    }

    [Fact]
    public async Task Writes_that_wait_share_one_transaction_and_each_fails_alone()
    {
        await using (SqliteDatabase database = await OpenAsync()) await database.OpenAsync("shop");
        int transactions = 0;
        var gate = new TaskCompletionSource();
        await using var writer = new SqliteWriter(Connect, cause => SqliteFailure.Explain(StorePath, cause), () => transactions++);
        Task<int> first = writer.WriteAsync(
            async session =>
            {
                await gate.Task;
                return await RenameAsync(session, 0);
            },
            CancellationToken.None);
        Task<int>[] others =
        [
            .. Enumerable.Range(1, 100).Select(number => writer.WriteAsync(
                async session => await RenameAsync(session, number) == 1 && number == 50 ? throw new InvalidInputException("no") : 1, CancellationToken.None)),
        ];
        gate.SetResult();
        Assert.Equal(1, await first);
        await Assert.ThrowsAsync<InvalidInputException>(() => others[49]);
        Assert.Equal(99, (await Task.WhenAll(others.Where((_, index) => index != 49))).Sum());
        Assert.InRange(transactions, 1, 2);

        using SqliteConnection connection = Connect();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT name FROM namespaces";
        Assert.Equal($"shop{string.Concat(Enumerable.Range(0, 101).Where(number => number != 50))}", command.ExecuteScalar());

        static async Task<int> RenameAsync(Session session, int number)
        {
            await session.TakePositionsAsync(1); // so that the transaction is told of
            return await session.ExecuteAsync("UPDATE namespaces SET name = name || @Number", new { Number = number });
        }
    }

    [Fact]
    public async Task Of_an_erased_user_no_byte_stays_once_free_space_is_dropped()
    {
        const string secret = "somebody.who@wants.to.be.forgotten";
        await using (SqliteDatabase database = await OpenAsync())
        {
            Store store = await database.OpenAsync("shop");
            await store.Events.AppendAsync([.. Enumerable.Range(0, 500).Select(number => Event($"e{number}", number % 2 == 0 ? secret : "other"))]);
            await store.Events.AppendAsync([Event("bad", secret) with { Type = "" }]);
            await store.Users.MergeAsync("s1", secret);
            await store.Users.EraseAsync(secret);
        }

        using (SqliteConnection connection = Connect())
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "VACUUM";
            command.ExecuteNonQuery();
        }

        string file = Assert.Single(Directory.GetFiles(_directory.Path));
        Assert.Equal(-1, File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)));
        Assert.NotEqual(-1, File.ReadAllBytes(file).AsSpan().IndexOf("other"u8));
    }

    [Fact]
    public async Task A_store_of_version_1_goes_on()
    {
        using (SqliteConnection connection = Connect())
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = EarlierVersion.Read("sqlite-1");
            command.ExecuteNonQuery();
        }

        await using SqliteDatabase database = await OpenAsync();
        await EarlierVersion.HoldsAsync(database);
    }

    [Fact]
    public async Task A_store_of_a_newer_version_is_refused()
    {
        await using (SqliteDatabase database = await OpenAsync()) await database.OpenAsync("shop");
        using (SqliteConnection connection = Connect())
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "INSERT INTO schema_versions (ScriptName, Applied) VALUES ('9999-future.sql', '2030-01-01')";
            command.ExecuteNonQuery();
        }

        InvalidInputException refused = await Assert.ThrowsAsync<InvalidInputException>(OpenAsync);
        Assert.Equal(
            $"The store '{StorePath}' was made by a newer version of the program, which changed it by '9999-future.sql'; "
            + "expected one that this version knows, so use the newer program or name another store.",
            refused.Message);
    }

    [Fact]
    public async Task What_is_no_store_is_refused_and_left_as_it_is()
    {
        using (SqliteConnection connection = Connect())
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "CREATE TABLE recipes (name)";
            command.ExecuteNonQuery();
        }

        byte[] before = File.ReadAllBytes(StorePath);
        InvalidInputException refused = await Assert.ThrowsAsync<InvalidInputException>(OpenAsync);
        Assert.Equal($"'{StorePath}' is a database of another program; expected a store or a file that is not there yet, so name another file.", refused.Message);
        Assert.Equal(before, File.ReadAllBytes(StorePath));

        string text = _directory.Write("notes.txt", new string('x', 5000));
        StorageException damaged = await Assert.ThrowsAsync<StorageException>(() => SqliteDatabase.OpenAsync(text, TimeProvider.System));
        Assert.Equal($"The store '{text}' is damaged or no store at all; bring back a backup, or name another file.", damaged.Message);
        await Assert.ThrowsAsync<InvalidInputException>(() => SqliteDatabase.OpenAsync("/dev/null", TimeProvider.System));
        await Assert.ThrowsAsync<StorageException>(() => SqliteDatabase.OpenAsync(Path.Combine(text, "store.db"), TimeProvider.System));
    }

    [Fact]
    public async Task Processes_that_make_a_store_at_once_make_one()
    {
        SqliteDatabase[] databases = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(OpenAsync)));
        Store[] stores = await Task.WhenAll(databases.Select(database => Task.Run(() => database.OpenAsync("shop"))));
        Assert.Single(stores.Select(store => (store.Number, store.HashOf("u"))).Distinct());
        foreach (SqliteDatabase database in databases) await database.DisposeAsync();
    }

    [Fact]
    public async Task A_store_that_is_closed_says_so()
    {
        SqliteDatabase database = await OpenAsync();
        Store store = await database.OpenAsync("shop");
        Task<AppendResult> last = store.Events.AppendAsync([Event("e1")]);
        await database.DisposeAsync();
        Assert.Equal(1, (await last).Accepted);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.Events.AppendAsync([Event("e2")]));
    }

    private static UserEvent Event(string id, string user = "u1") => new(id, user, "i1", "click", DateTimeOffset.UnixEpoch);

    private Task<SqliteDatabase> OpenAsync() => SqliteDatabase.OpenAsync(StorePath, TimeProvider.System);

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = StorePath, Pooling = false }.ConnectionString);
        connection.Open();
        return connection;
    }
}
