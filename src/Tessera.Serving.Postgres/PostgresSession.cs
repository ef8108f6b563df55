using System.Data.Common;
using Tessera.Serving.Stores;

namespace Tessera.Serving.Postgres;

/// <summary>A connection to PostgreSQL while queries run on it, within one transaction where they write.</summary>
internal sealed class PostgresSession(DbConnection connection, CancellationToken cancel) : Session(connection, cancel)
{
    /// <summary>How many positions a transaction has.</summary>
    private const int PositionsEach = 1024;

    private const string FirstOfTransaction = "SELECT (CAST(CAST(pg_current_xact_id() AS text) AS bigint) + added) * 1024 FROM transaction_origin";

    private const string FirstOfOldest =
        "SELECT (CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint) + added) * 1024 FROM transaction_origin";

    private long? _first;
    private int _taken;

    /// <inheritdoc/>
    public override string Rows(string parameter) => $"json_array_elements(CAST(@{parameter} AS json))";

    /// <inheritdoc/>
    public override async Task<long> TakePositionsAsync(int count)
    {
        _first ??= await FindAsync<long>(FirstOfTransaction);
        long first = _first.Value + _taken;
        _taken += count;
        if (_taken > PositionsEach) throw new InvalidOperationException($"A transaction has {PositionsEach} positions of the log, and {_taken} were to be taken.");
        return first;
    }

    /// <summary>Below the oldest transaction that runs, all have ended, and what they wrote is visible.</summary>
    public override Task<long> HorizonAsync() => FindAsync<long>(FirstOfOldest);
}
