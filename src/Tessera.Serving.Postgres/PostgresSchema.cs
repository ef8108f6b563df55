using DbUp;
using DbUp.Postgresql;
using Npgsql;
using Tessera.Serving.Stores;

namespace Tessera.Serving.Postgres;

/// <summary>Makes the tables and brings them up to date, one process at a time.</summary>
internal static class PostgresSchema
{
    private const long LockNumber = 0x54657373; // "Tess"

    /// <summary>
    /// Where the log has transactions that this server has not counted to, as after a dump was restored on another one, its own would sort before them and
    /// be hidden for long: from now on it counts from there.
    /// </summary>
    private const string CountOn = """
        UPDATE transaction_origin
        SET added = added + last.transaction + 1 - last.next
        FROM (
            SELECT (SELECT max((SELECT max(position) FROM log WHERE namespace = namespaces.id)) / 1024 FROM namespaces) AS transaction,
                   CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS text) AS bigint) + added AS next
            FROM transaction_origin
        ) AS last
        WHERE last.transaction >= last.next
        """;

    /// <exception cref="Tessera.Data.InvalidInputException">The tables are a newer version's.</exception>
    public static async Task PrepareAsync(NpgsqlDataSource source, string schema, CancellationToken cancel)
    {
        await using NpgsqlConnection connection = await source.OpenConnectionAsync(cancel);
        await ExecuteAsync($"SELECT pg_advisory_lock({LockNumber})");
        try
        {
            await ExecuteAsync($"CREATE SCHEMA IF NOT EXISTS {new NpgsqlCommandBuilder().QuoteIdentifier(schema)}");
            SchemaUpgrade.Run(
                DeployChanges.To.PostgresqlDatabase(new PostgresqlConnectionManager(source)).JournalToPostgresqlTable(schema, SchemaUpgrade.Journal),
                typeof(PostgresSchema).Assembly, "The store in PostgreSQL");
            await ExecuteAsync(CountOn);
        }
        finally
        {
            await ExecuteAsync($"SELECT pg_advisory_unlock({LockNumber})");
        }

        async Task ExecuteAsync(string sql)
        {
            await using NpgsqlCommand command = new(sql, connection);
            await command.ExecuteNonQueryAsync(cancel);
        }
    }
}
