using System.Diagnostics;
using System.Runtime.CompilerServices;
using Tessera.Data;
using Tessera.Serving.Stores;

namespace Tessera.Serving.Following;

/// <summary>Where the log ends for who reads it now.</summary>
internal static class LogEnd
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private const string Last = "SELECT max(position) FROM log WHERE namespace = @Number AND position < @Horizon";

    private const string Beyond =
        "SELECT count(*) AS entries, coalesce(max(position), @After) AS newest FROM log WHERE namespace = @Number AND position > @After";

    /// <summary>The position up to which all entries can be read; 0 where there are none.</summary>
    public static Task<long> PositionAsync(Store store, CancellationToken cancel) => store.ReadAsync(
        async session => await session.FindAsync<long?>(Last, new { store.Number, Horizon = await session.HorizonAsync() }) ?? 0, cancel);

    /// <summary>What is written after a position, those entries included that cannot be followed yet, as an older transaction goes on.</summary>
    /// <returns>Position of the last entry, which is <paramref name="after"/> where there is none, and how many there are.</returns>
    public static Task<(long End, long Entries)> BeyondAsync(Store store, long after, CancellationToken cancel) => store.ReadAsync(
        async session => await session.FindAsync<BeyondRow>(Beyond, new { store.Number, After = after }) is { } row ? (row.Newest, row.Entries) : (after, 0), cancel);

    /// <summary>All entries that are written when it begins, page by page; those that cannot be followed yet are waited for.</summary>
    /// <param name="page">Most entries of a page.</param>
    /// <param name="patience">How long to wait.</param>
    /// <exception cref="StorageException">They could not be followed for so long.</exception>
    public static async IAsyncEnumerable<IReadOnlyList<LogEntry>> ReadAllAsync(Store store, int page, TimeSpan patience, [EnumeratorCancellation] CancellationToken cancel)
    {
        (long end, _) = await BeyondAsync(store, 0, cancel);
        long since = Stopwatch.GetTimestamp();
        for (long after = 0; after < end;)
        {
            IReadOnlyList<LogEntry> entries = await store.Log.ReadAsync(after, page, cancel);
            if (entries.Count > 0)
            {
                yield return entries;
                after = entries[^1].Position;
                since = Stopwatch.GetTimestamp();
                continue;
            }

            if ((await BeyondAsync(store, after, cancel)).Entries == 0) yield break; // the last ones are gone, such as an erased user's
            if (Stopwatch.GetElapsedTime(since) >= patience)
                throw new StorageException($"For {patience.TotalSeconds:0} s a transaction of the database has held back entries of the log; end it and try again.");
            await Task.Delay(Pause, cancel);
        }
    }

    private sealed record BeyondRow
    {
        public long Entries { get; init; }

        public long Newest { get; init; }
    }
}
