namespace Tessera.Serving.Stores;

/// <summary>A user of whom there are events.</summary>
internal sealed record StoredUser
{
    /// <summary>The user's id.</summary>
    public string Id { get; init; } = "";

    /// <summary>How many events there are.</summary>
    public long Events { get; init; }
}
