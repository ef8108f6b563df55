namespace Tessera.Serving.Stores;

/// <summary>Times are stored as milliseconds since 1970, UTC; what is finer is cut off.</summary>
internal static class StoredTime
{
    /// <summary>The time as it is stored.</summary>
    public static long From(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    /// <summary>A time that was stored.</summary>
    public static DateTimeOffset Read(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
