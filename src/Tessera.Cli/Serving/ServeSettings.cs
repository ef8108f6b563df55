using Tessera.Data;
using Tessera.Serving;

namespace Tessera.Cli.Serving;

/// <summary>What is served, from where, and to whom.</summary>
/// <param name="Run">Folder of the finished run.</param>
/// <param name="Urls">Addresses to listen at, separated by semicolons.</param>
/// <param name="Store">Where to store, as <c>--store</c> has it; null for a file beside the run.</param>
/// <param name="Data">Folder of the data set that the run was trained on, of no meaning where the run's has it; null for that of the settings.</param>
/// <param name="NewKey">Whether to make a key though there are some.</param>
internal sealed record ServeSettings(string Run, string Urls, string? Store = null, string? Data = null, bool NewKey = false)
{
    /// <summary>Where to listen unless something else is said: reached from this machine alone.</summary>
    public const string DefaultUrls = "http://127.0.0.1:8080";

    /// <summary>After which time to train the next generation, over and over; null for that of the settings, or when it is asked for.</summary>
    public TimeSpan? RetrainEvery { get; init; }

    private const string Sqlite = "sqlite", Postgres = "postgres";

    /// <summary>The SQLite file to store in; null for another store.</summary>
    public string? SqliteFile => Named(Sqlite);

    /// <summary>The connection string of the PostgreSQL to store in; null for another store.</summary>
    public string? PostgresConnection => Named(Postgres);

    /// <exception cref="InvalidInputException">The store is of no known kind, or its file lies in no folder.</exception>
    public void Check()
    {
        if (Store is not null && SqliteFile is null && PostgresConnection is null)
        {
            string kind = Store.Split(':')[0]; // the rest may have a password
            throw new InvalidInputException($"--store begins with '{kind}'; expected {Sqlite}:FILE or {Postgres}:CONNECTION, such as '{Postgres}:Host=localhost;Database=shop'.");
        }

        foreach (string url in Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string address = url.Replace("://*", "://localhost", StringComparison.Ordinal).Replace("://+", "://localhost", StringComparison.Ordinal); // for all addresses
            if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https"))
                throw new InvalidInputException($"--urls names '{url}'; expected an address such as http://127.0.0.1:8080, with a port of at most 65535.");
        }

        if (Directory.Exists(SqliteFile)) throw new InvalidInputException($"--store names '{SqliteFile}', which is a folder; expected a file, such as '{Sqlite}:{Path.Combine(SqliteFile, "tessera.db")}'.");
        if (SqliteFile is { } file && Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder && !Directory.Exists(folder))
        {
            throw new InvalidInputException(
                $"--store names the file '{file}', but there is no folder '{folder}'; expected a store that was made earlier, or a folder to make one in.");
        }
    }

    /// <summary>Sets what was asked for; the rest stays as the host's configuration has it.</summary>
    public void Apply(TesseraOptions options) =>
        (options.Model, options.Data, options.RetrainEvery) = (Run, Data ?? options.Data, RetrainEvery ?? options.RetrainEvery);

    private string? Named(string kind) => Store is { } store && store.StartsWith($"{kind}:", StringComparison.Ordinal) && store.Length > kind.Length + 1 ? store[(kind.Length + 1)..] : null;
}
