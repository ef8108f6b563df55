using Microsoft.Data.Sqlite;

namespace Tessera.Serving.Stores.Sqlite;

/// <summary>A connection to a SQLite file while queries run on it.</summary>
internal sealed class SqliteSession(SqliteConnection connection, CancellationToken cancel) : Session(connection, cancel)
{
    private const string Take = "UPDATE last_position SET position = position + @Count RETURNING position";

    /// <inheritdoc/>
    public override string Rows(string parameter) => $"json_each(@{parameter})";

    /// <inheritdoc/>
    protected override async Task<long> TakeAsync(int count) => await FindAsync<long>(Take, new { Count = count }) - count + 1;

    /// <summary>One transaction writes at a time, so entries become visible in the order of their positions, and none is missing below another.</summary>
    public override Task<long> HorizonAsync() => Task.FromResult(long.MaxValue);
}
