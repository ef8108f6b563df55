using Tessera.Serving.Stores;

namespace Tessera.Serving.Following;

/// <summary>Where the log ends for who reads it now.</summary>
internal static class LogEnd
{
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

    private sealed record BeyondRow
    {
        public long Entries { get; init; }

        public long Newest { get; init; }
    }
}
