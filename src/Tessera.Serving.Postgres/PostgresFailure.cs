using System.Net.Sockets;
using Npgsql;
using Tessera.Data;

namespace Tessera.Serving.Postgres;

/// <summary>What failures of PostgreSQL mean to whoever runs the service. No message holds an address, a password or a connection string.</summary>
internal static class PostgresFailure
{
    /// <summary>Whether a failure is the server's or the way's to it.</summary>
    public static bool Is(Exception cause) => cause is NpgsqlException or SocketException or IOException or TimeoutException;

    /// <summary>Whether two transactions got into each other's way, so that the same once more will do.</summary>
    public static bool IsCollision(Exception cause) =>
        cause is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure };

    /// <summary>The failure as a sentence.</summary>
    public static StorageException Explain(Exception cause) => new(
        cause switch
        {
            PostgresException { SqlState: PostgresErrorCodes.DiskFull or PostgresErrorCodes.OutOfMemory } =>
                "The server of the store in PostgreSQL has no room left; make room there, and it goes on by itself.",
            PostgresException { SqlState: PostgresErrorCodes.TooManyConnections } =>
                "The server of the store in PostgreSQL has no connection left; allow more there (max_connections) or fewer here (Maximum Pool Size).",
            PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } =>
                "The store in PostgreSQL can only be read, as on a standby; expected a server that can be written, so name the primary.",
            PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } =>
                "PostgreSQL refuses the user or the password of the store; correct them in the connection string.",
            PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } => "PostgreSQL has no such database for the store; make it (createdb), or name another.",
            PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } refused =>
                $"PostgreSQL refuses the store what it needs ({Reason(refused.MessageText)}); grant the user CREATE on the database, or all on the store's schema.",
            PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow } absent =>
                Unreachable(Reason(absent.MessageText)),
            PostgresException answer => $"PostgreSQL cannot do what the store needs ({Reason(answer.MessageText)}); see the server's log.",
            _ => Unreachable(Reason(Innermost(cause).Message)),
        },
        cause);

    private static string Unreachable(string reason) =>
        $"The store in PostgreSQL cannot be reached ({reason}); see whether the server runs, and it goes on by itself once it does.";

    private static Exception Innermost(Exception cause)
    {
        while (cause.InnerException is { } inner) cause = inner;
        return cause is NpgsqlException ? new IOException("the connection broke") : cause;
    }

    private static string Reason(string message) => message.ReplaceLineEndings(" ").TrimEnd('.');
}
