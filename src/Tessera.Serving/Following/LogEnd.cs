using Tessera.Serving.Stores;

namespace Tessera.Serving.Following;

/// <summary>Where the log ends for who reads it now.</summary>
internal static class LogEnd
{
    private const string Last = "SELECT max(position) FROM log WHERE namespace = @Number AND position < @Horizon";

    private const string Count = "SELECT count(*) FROM log WHERE namespace = @Number AND position > @After AND position < @Horizon";

    /// <summary>The position up to which all entries can be read; 0 where there are none.</summary>
    public static Task<long> PositionAsync(Store store, CancellationToken cancel) => store.ReadAsync(
        async session => await session.FindAsync<long?>(Last, new { store.Number, Horizon = await session.HorizonAsync() }) ?? 0, cancel);

    /// <summary>How many entries there are after a position.</summary>
    public static Task<long> CountAsync(Store store, long after, CancellationToken cancel) => store.ReadAsync(
        async session => await session.FindAsync<long>(Count, new { store.Number, After = after, Horizon = await session.HorizonAsync() }), cancel);
}
