using Tessera.Serving;
using Tessera.Serving.Postgres;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Stores of the service in PostgreSQL.</summary>
public static class TesseraPostgresExtensions
{
    /// <summary>Stores in PostgreSQL 13 or later, for any number of processes at a time.</summary>
    /// <param name="connectionString">
    /// As Npgsql has it. Its <c>Search Path</c> names the schema of the tables, which is <c>tessera</c> by default and is made if it is new.
    /// </param>
    public static ITesseraBuilder UsePostgres(this ITesseraBuilder builder, string connectionString)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        return builder.Use(async time => await PostgresDatabase.OpenAsync(connectionString, time));
    }
}
