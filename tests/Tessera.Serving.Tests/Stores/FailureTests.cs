using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Npgsql;
using Tessera.Data;
using Tessera.Serving.Postgres;
using Tessera.Serving.Stores.Sqlite;
using static SQLitePCL.raw;

namespace Tessera.Serving.Tests.Stores;

/// <summary>Each failure of a disk or server is one sentence, with what to do, and without any secret.</summary>
public sealed class FailureTests
{
    [Theory]
    [InlineData(SQLITE_FULL, "There is no room left for the store 'shop.db'; make room, and it goes on by itself.")]
    [InlineData(SQLITE_LOCKED, "The store 'shop.db' is held by another program; see what has it open, and it goes on by itself once that lets go.")]
    [InlineData(SQLITE_READONLY, "The store 'shop.db' cannot be written; expected a file and folder that you may write to, so give the permission or name another.")]
    [InlineData(SQLITE_CANTOPEN, "The store 'shop.db' cannot be written; expected a file and folder that you may write to, so give the permission or name another.")]
    [InlineData(SQLITE_CORRUPT, "The store 'shop.db' is damaged or no store at all; bring back a backup, or name another file.")]
    [InlineData(SQLITE_IOERR, "The store 'shop.db' cannot be used (disk I/O error); expected a disk that can be read and written, and it goes on by itself once it can.")]
    public void Of_a_file(int code, string sentence)
    {
        var cause = new SqliteException("disk\nI/O error.", code);
        StorageException failure = SqliteFailure.Explain("shop.db", cause);
        Assert.Equal((sentence, cause), (failure.Message, failure.InnerException));
    }

    [Theory]
    [InlineData(PostgresErrorCodes.DiskFull, "The server of the store in PostgreSQL has no room left; make room there, and it goes on by itself.")]
    [InlineData(PostgresErrorCodes.TooManyConnections, "The server of the store in PostgreSQL has no connection left; allow more there (max_connections) or fewer here (Maximum Pool Size).")]
    [InlineData(PostgresErrorCodes.ReadOnlySqlTransaction, "The store in PostgreSQL can only be read, as on a standby; expected a server that can be written, so name the primary.")]
    [InlineData(PostgresErrorCodes.InvalidPassword, "PostgreSQL refuses the user or the password of the store; correct them in the connection string.")]
    [InlineData(PostgresErrorCodes.InsufficientPrivilege, "PostgreSQL refuses the store what it needs (what it says); grant the user CREATE on the database, or all on the store's schema.")]
    [InlineData(PostgresErrorCodes.AdminShutdown, "The store in PostgreSQL cannot be reached (what it says); see whether the server runs, and it goes on by itself once it does.")]
    [InlineData(PostgresErrorCodes.CannotConnectNow, "The store in PostgreSQL cannot be reached (what it says); see whether the server runs, and it goes on by itself once it does.")]
    [InlineData(PostgresErrorCodes.InternalError, "PostgreSQL cannot do what the store needs (what it says); see the server's log.")]
    public void Of_a_server_s_answer(string state, string sentence)
    {
        var cause = new PostgresException("what it\nsays.", "FATAL", "FATAL", state);
        Assert.True(PostgresFailure.Is(cause));
        Assert.Equal(sentence, PostgresFailure.Explain(cause).Message);
    }

    [Fact]
    public void Of_the_way_to_a_server()
    {
        var refused = new NpgsqlException("Failed to connect to db.internal:5432", new SocketException((int)SocketError.ConnectionRefused));
        var broken = new NpgsqlException("Exception while reading from db.internal:5432");
        Assert.Equal(
            "The store in PostgreSQL cannot be reached (Connection refused); see whether the server runs, and it goes on by itself once it does.",
            PostgresFailure.Explain(refused).Message);
        Assert.Equal(
            "The store in PostgreSQL cannot be reached (the connection broke); see whether the server runs, and it goes on by itself once it does.",
            PostgresFailure.Explain(broken).Message);
        Assert.False(PostgresFailure.Is(new InvalidInputException("no")));
    }
}
