using Microsoft.Data.Sqlite;
using Tessera.Data;
using static SQLitePCL.raw;

namespace Tessera.Serving.Stores.Sqlite;

/// <summary>What SQLite's failures mean to whoever runs the service.</summary>
internal static class SqliteFailure
{
    /// <summary>The failure as a sentence.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cause">What SQLite says.</param>
    public static StorageException Explain(string path, SqliteException cause) => new(
        cause.SqliteErrorCode switch
        {
            SQLITE_FULL => $"There is no room left for the store '{path}'; make room, and it goes on by itself.",
            SQLITE_BUSY or SQLITE_LOCKED => $"The store '{path}' is held by another program; see what has it open, and it goes on by itself once that lets go.",
            SQLITE_READONLY or SQLITE_PERM or SQLITE_AUTH or SQLITE_CANTOPEN =>
                $"The store '{path}' cannot be written; expected a file and folder that you may write to, so give the permission or name another.",
            SQLITE_CORRUPT or SQLITE_NOTADB => $"The store '{path}' is damaged or no store at all; bring back a backup, or name another file.",
            _ => $"The store '{path}' cannot be used ({Reason(cause)}); expected a disk that can be read and written, and it goes on by itself once it can.",
        },
        cause);

    private static string Reason(SqliteException cause) => cause.Message.ReplaceLineEndings(" ").TrimEnd('.');
}
