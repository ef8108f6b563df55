using System.Globalization;
using Microsoft.Data.Sqlite;
using Tessera.Data;

namespace Tessera.Encoders.Encodings;

internal sealed partial class EncodingCache
{
    private T Guarded<T>(Func<T> work)
    {
        lock (_lock)
        {
            try
            {
                return work();
            }
            catch (SqliteException e)
            {
                throw new InvalidInputException(Explain(e), e);
            }
        }
    }

    private string Explain(SqliteException e) => e.SqliteErrorCode switch
    {
        Malformed or Corrupt or NotADatabase =>
            $"The cache '{_path}' is damaged or no cache at all; delete it with its -wal and -shm files, and what it held will be encoded again.",
        Full => $"There is no room left for the cache '{_path}'; make room and give the same command again, which continues where this one stopped.",
        Busy or Locked => $"The cache '{_path}' was held by another program for a minute; see what it does, then give the same command again.",
        _ => $"The cache '{_path}' cannot be used ({OneLine(e.Message)}); name a file in a folder with room that you may write to.",
    };

    private static string OneLine(string message) => message.ReplaceLineEndings(" ").TrimEnd('.');

    private int Execute(string sql)
    {
        using SqliteCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteNonQuery();
    }

    private long Read(string sql)
    {
        using SqliteCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }
}
