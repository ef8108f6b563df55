using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Tessera.Serving.Retraining;
using Tessera.Serving.Stores;
using Tessera.Serving.Tests.Stores;

namespace Tessera.Serving.Tests.Retraining;

public sealed class PostgresRetrainingTests(PostgresServer server) : RetrainingContract
{
    private protected override void Use(ITesseraBuilder builder) => builder.UsePostgres(server.Connection());

    [Fact]
    public async Task A_process_that_loses_the_lock_stops_training()
    {
        Shop.Train();
        await using Service service = await StartAsync(new TrainingCommand("sh", ["-c", "sleep 600"]));
        string job = (await service.Get<Retrainer>().RequestAsync()).Id;
        await RetrainedShop.Until(() => Shop.Unfinished?.Plan is not null);
        long number = (await service.Store).Number;
        await using (var connection = new NpgsqlConnection(server.Connection()))
        {
            await connection.OpenAsync();
            await using var end = new NpgsqlCommand(
                $"SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = {number} AND objid = 4", connection);
            Assert.Equal(true, await end.ExecuteScalarAsync());
        }

        Job lost = await RetrainedShop.EndOf(service, job);
        Assert.Equal((JobState.Failed, "The store's lock was lost, so that another process may train; whoever has it goes on, or begins anew."), (lost.State, lost.Error));
    }
}
