using Tessera.Serving.Postgres;
using Tessera.Serving.Stores;

namespace Tessera.Serving.Tests.Stores;

/// <summary>Tests that stop the server, and so run while no other does.</summary>
[CollectionDefinition(nameof(PostgresOutageTests), DisableParallelization = true)]
[Collection(nameof(PostgresOutageTests))]
public sealed class PostgresOutageTests(PostgresServer server)
{
    [Fact]
    public async Task Nothing_acknowledged_is_lost_when_writers_and_the_server_are_killed()
    {
        string connection = server.Connection(), name = $"outage-{Guid.NewGuid():N}";
        var acknowledged = new List<string>();
        foreach (int round in Enumerable.Range(0, 3))
        {
            using var writer = new EventWriterProcess(["postgres", connection, name, $"{round}"]);
            await writer.AcknowledgesAsync(100 + (250 * round));
            if (round == 2)
            {
                foreach (string outage in new[] { "kill", "stop" })
                {
                    server.Do(outage);
                    await writer.FailsAsync();
                    server.Do("start");
                    await writer.AcknowledgesAsync(200);
                }

                writer.End();
                Assert.All(writer.Failures, failure => Assert.DoesNotContain("never-shown", failure, StringComparison.Ordinal));
                Assert.Contains(writer.Failures, failure => failure.Contains("cannot be reached", StringComparison.Ordinal));
            }
            else
            {
                writer.Kill();
            }

            acknowledged.AddRange(writer.Acknowledged);
        }

        await using PostgresDatabase database = await PostgresDatabase.OpenAsync(connection, TimeProvider.System);
        await Acknowledgement.HoldsAsync(await database.OpenAsync(name), acknowledged);
    }

    [Fact]
    public async Task Who_follows_goes_on_and_is_woken_again_after_a_restart()
    {
        await using PostgresDatabase database = await PostgresDatabase.OpenAsync(server.Connection(), TimeProvider.System);
        Store store = await database.OpenAsync($"outage-{Guid.NewGuid():N}");
        AppendResult first = await store.Events.AppendAsync([Event("e1")]);
        Assert.Equal("e1", await NextAsync(0));
        server.Do("stop");
        await Assert.ThrowsAsync<Tessera.Data.StorageException>(() => store.Log.ReadAsync(first.Position, 10));
        await Assert.ThrowsAsync<Tessera.Data.StorageException>(() => store.Events.AppendAsync([Event("e2")]));
        server.Do("start");
        Assert.Equal(1, (await store.Events.AppendAsync([Event("e2")])).Accepted);
        Assert.Equal("e2", await NextAsync(first.Position));

        async Task<string> NextAsync(long after)
        {
            await foreach (IReadOnlyList<LogEntry> page in store.Log.FollowAsync(after)) return Assert.IsType<LogEntry.EventAdded>(page[0]).Event.Id;
            return "";
        }
    }

    private static UserEvent Event(string id) => new(id, "u1", "i1", "click", DateTimeOffset.UnixEpoch);
}
