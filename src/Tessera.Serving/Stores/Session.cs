using System.Data.Common;
using Dapper;

namespace Tessera.Serving.Stores;

/// <summary>A connection while queries run on it.</summary>
internal abstract class Session(DbConnection connection, CancellationToken cancel)
{
    /// <summary>SQL for a table with one column, <c>value</c>, and a row for each entry of a parameter that is a JSON list of objects.</summary>
    public abstract string Rows(string parameter);

    /// <summary>Whether positions of the log were taken, for entries that come into it.</summary>
    public bool HasTakenPositions { get; private set; }

    /// <summary>Takes positions of the log, within a transaction that writes.</summary>
    /// <param name="count">How many, to 1,000 in one transaction.</param>
    /// <returns>The first; the others follow it one by one.</returns>
    public Task<long> TakePositionsAsync(int count)
    {
        HasTakenPositions |= count > 0;
        return TakeAsync(count);
    }

    /// <summary>A position from which on the log may still get entries that are not there yet; below it there are none to come.</summary>
    public abstract Task<long> HorizonAsync();

    /// <summary>Runs a statement. Parameters are named as the members of <paramref name="values"/>, to the letter.</summary>
    /// <returns>How many rows it changed.</returns>
    public Task<int> ExecuteAsync(string sql, object? values = null) => connection.ExecuteAsync(Command(sql, values));

    /// <summary>The rows of a query.</summary>
    public async Task<List<T>> ListAsync<T>(string sql, object? values = null) => (await connection.QueryAsync<T>(Command(sql, values))).AsList();

    /// <summary>The first row of a query, or the type's default where there is none.</summary>
    public Task<T?> FindAsync<T>(string sql, object? values = null) => connection.QueryFirstOrDefaultAsync<T>(Command(sql, values));

    /// <inheritdoc cref="TakePositionsAsync"/>
    protected abstract Task<long> TakeAsync(int count);

    private CommandDefinition Command(string sql, object? values) => new(sql, values, cancellationToken: cancel);
}
