using Npgsql;

[assembly: AssemblyFixture(typeof(Tessera.Serving.Tests.Stores.PostgresServer))]

namespace Tessera.Serving.Tests.Stores;

/// <summary>The tests' own PostgreSQL. It starts when it is first asked for, and where there is none the test that asks is skipped.</summary>
public sealed class PostgresServer : IDisposable
{
    private readonly Lazy<PostgresProcess?> _server = new(PostgresProcess.Start);

    /// <summary>A connection string of a database of this server; skips the test where there is no server.</summary>
    public string Connection(string database = "postgres")
    {
        Assert.SkipWhen(_server.Value is null, "PostgreSQL is not installed, or does not start here.");
        return new NpgsqlConnectionStringBuilder
        {
            Host = _server.Value!.Folder,
            Username = "tessera",
            Password = "never-shown",
            Database = database,
            Timeout = 5,
            MaxPoolSize = 20,
        }.ConnectionString;
    }

    /// <summary>Stops, starts or kills the server.</summary>
    public void Do(string command) => Assert.Equal(command, _server.Value!.Do(command));

    public void Dispose()
    {
        if (_server.IsValueCreated) _server.Value?.Dispose();
    }
}
