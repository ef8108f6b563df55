using System.Data.Common;
using Tessera.Serving.Stores;

namespace Tessera.Serving.Postgres;

/// <summary>A connection to PostgreSQL while queries run on it.</summary>
/// <param name="connection">The connection.</param>
/// <param name="cancel">Cancels the queries.</param>
/// <param name="first">First position of the transaction that they write in, or null where they only read.</param>
internal sealed class PostgresSession(DbConnection connection, CancellationToken cancel, long? first = null) : Session(connection, cancel)
{
    /// <summary>How many positions a transaction has.</summary>
    private const int PositionsEach = 1024;

    /// <summary>SQL for the first position of the transaction it runs in, from <c>transaction_origin</c>.</summary>
    public const string FirstOfTransaction = "(CAST(CAST(pg_current_xact_id() AS text) AS bigint) + added) * 1024";

    private const string FirstOfOldest =
        "SELECT (CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint) + added) * 1024 FROM transaction_origin";

    private int _taken;

    /// <inheritdoc/>
    public override string Rows(string parameter) => $"json_array_elements(CAST(@{parameter} AS json))";

    /// <inheritdoc/>
    protected override Task<long> TakeAsync(int count)
    {
        long next = (first ?? throw new InvalidOperationException("Positions are taken where nothing is written.")) + _taken;
        _taken += count;
        if (_taken > PositionsEach)
            throw new InvalidOperationException($"A transaction has {PositionsEach} positions of the log, and {_taken} were to be taken.");
        return Task.FromResult(next);
    }

    /// <summary>Below the oldest transaction that runs, all have ended, and what they wrote is visible.</summary>
    public override Task<long> HorizonAsync() => FindAsync<long>(FirstOfOldest);
}
